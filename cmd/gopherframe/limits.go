package main

import (
	"fmt"

	"gopherframe/listen"
)

// A limiting is the flags that bound what clients, and the server itself, may do.
type limiting struct {
	Rate     rate `placeholder:"N/s" help:"Answer a client who makes more than so many requests a second (N/m: a minute, N/h: an hour) with \"Server busy.\""`
	MaxConns int  `placeholder:"N" help:"Keep at most so many connections open at each --listen. (default: half of the files that the process may open, for all together)"`
	Sandbox  bool `help:"Once it listens, let the server read the site and the directories of the certificate, write its log, and nothing else: Landlock, on Linux."`
}

// check returns an error for values that mean nothing.
func (l *limiting) check() error {
	if l.MaxConns < 0 {
		return usageError{fmt.Errorf("--max-conns %d: write a number of connections, or 0 for the default", l.MaxConns)}
	}
	return nil
}

// limits returns the limits of a listener.
func (l *limiting) limits() listen.Limits { return listen.Limits{MaxConns: l.MaxConns} }
