package main

import (
	"net"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
)

// A mode is a way to run the server of gopherframe: as it is, or without one of the steps
// that make an exchange cheaper. It has the public API only.
type mode struct {
	name    string // of the command line
	title   string // of the report
	use     use
	step    string                 // what it does without, if there is one
	foreign bool                   // it is given a net.Listener of a type that package listen does not know
	tcp     func(*listen.TCP)      // sets fields; may be nil
	around  gopherframe.Middleware // around all routes; may be nil
	files   []files.Option
}

// A use says which experiments a mode takes part in.
type use int

const (
	everywhere  use = iota // those on the small text, idle connections and latency
	withoutStep            // the small text at one concurrency
	onFiles                // text files and automatic menus
	anew                   // automatic menus that are not kept
)

// modes are all modes, first the one that people get. A new one needs a line here.
var modes = []mode{
	{name: "default", title: "gopherframe"},
	{name: "goroutines", title: "gopherframe, a goroutine for each client", step: "exchanges made by the goroutine that finds the line", tcp: withGoroutines},
	{name: "foreign", title: "gopherframe, another net.Listener", step: "connections on bare system calls", foreign: true},
	{name: "cached", title: "gopherframe, texts kept", use: onFiles, files: []files.Option{files.Cache(16 << 20)}},
	{name: "unkept", title: "gopherframe, nothing kept", use: anew, files: []files.Option{files.Cache(0)}},
	{name: "watched", title: "always watching the client", use: withoutStep, step: "watching the client only when asked", around: watch},
	{name: "lingering", title: "always lingering", use: withoutStep, step: "no lingering where nobody needs it", tcp: lingering},
	{name: "stream", title: "an answer as a Stream", use: withoutStep, step: "the end of the stream with the last data", around: asStream},
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

// titleOf returns the title of the mode of that name, "" if there is none.
func titleOf(name string) string {
	m, _ := modeOf(name)
	return m.title
}

// A foreignListener is a net.Listener of a type that package listen does not know. Its
// connections are those of package net.
type foreignListener struct{ net.Listener }

func withGoroutines(l *listen.TCP) { l.Inline = listen.InlineNever }

func lingering(l *listen.TCP) { l.Limits.Linger = listen.LingerAlways }

// watch asks for the context of each request, as handlers do that stop when the client
// has gone.
func watch(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		q.Context().Done()
		return next(q)
	}
}
