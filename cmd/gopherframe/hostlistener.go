package main

import (
	"context"
	"fmt"

	"gopherframe"
	"gopherframe/listen"
)

// A hostListener has requests for no host, or one that the server does not have, be for its own:
// plain Gopher does not say which one is meant.
type hostListener struct {
	listen.Listener
	host  string // one of hosts
	hosts *hosts
}

// Serve implements listen.Listener.
func (l hostListener) Serve(ctx context.Context, h gopherframe.Handler) error {
	return l.Listener.Serve(ctx, func(q *gopherframe.Request) gopherframe.Response {
		if l.hosts.name(q.ServerName) == "" {
			q.ServerName = l.host
		}
		return h(q)
	})
}

// listener returns l for the host of the endpoint, if it has one.
func (h *hosts) listener(l listen.Listener, e *endpoint) listen.Listener {
	if e.host == "" {
		return l
	}
	return hostListener{l, e.host, h}
}

// checkListeners returns an error if an endpoint is for a host that there is not.
func (h *hosts) checkListeners(endpoints []*endpoint) error {
	for _, e := range endpoints {
		if e.host != "" && h.name(e.host) == "" {
			return usageError{fmt.Errorf("%s: no --host has the name %q: add --host %s=DIR", e.name, e.host, e.host)}
		}
	}
	return nil
}
