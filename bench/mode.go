package main

import (
	"net"

	"gopherframe"
	"gopherframe/listen"
)

// A mode is a way to run the server of gopherframe: as it is, or without one of the steps
// that make an exchange cheaper. It has the public API only.
type mode struct {
	name   string // of the command line
	title  string
	step   string // what the server does without, "" if the mode is one that people choose
	tcp    func(*listen.TCP)
	around gopherframe.Middleware
}

// modes are all modes, first the one that people get. A new one needs a line here.
var modes = []mode{
	{name: "default", title: "gopherframe"},
	{name: "foreign", title: "gopherframe, a net.Listener it does not know", tcp: wrapListener},
	{name: "watched", title: "always watching the client", step: "watching the client only when asked", around: watch},
	{name: "stream", title: "an answer as a Stream", step: "the end of the stream with the last data", around: asStream},
}

// modeOf returns the mode of that name. ok is false if there is none.
func modeOf(name string) (m mode, ok bool) {
	for _, m := range modes {
		if m.name == name {
			return m, true
		}
	}
	return mode{}, false
}

// A foreignListener is a net.Listener of a type that package listen does not know. Its
// connections are those of package net.
type foreignListener struct{ net.Listener }

func wrapListener(l *listen.TCP) { l.Listener = foreignListener{l.Listener} }

// watch asks for the context of each request, as handlers do that stop when the client
// has gone.
func watch(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		q.Context().Done()
		return next(q)
	}
}
