package listen

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"

	"gopherframe"
)

// TCP serves plain Gopher. The zero TCP listens on port 70 of all addresses.
type TCP struct {
	Addr string // "host:port"; ":70" when empty
	// Listener is used instead of Addr; Serve closes it. If the app closes it, Serve returns
	// an error within a tenth of a second, and the port is free then. On Linux a
	// *net.TCPListener gets the options for keep-alive that package net sets by default.
	Listener net.Listener
	// Public is the "host:port" that menus advertise. When empty it is the address
	// that the client reached. Set it behind a proxy or NAT, where that address is
	// another one, and with IPv6, since many clients cannot read an IPv6 address.
	Public string
	// Ready is called once, when the socket is bound and before the first connection is
	// accepted, with the address: it has the port that the system chose for ":0". Serve
	// accepts nothing until Ready returns. Nil: the address is logged.
	Ready     func(net.Addr)
	PlainText bool         // text without dot-stuffing and final period
	Inline    Inline       // how exchanges are spread over goroutines
	Limits    Limits       // the zero Limits are the defaults
	Log       *slog.Logger // nil: slog.Default()
}

// An Inline says whether a goroutine may make the exchanges of several clients one after the
// other, which is for Linux; elsewhere every connection has a goroutine.
type Inline int

const (
	// InlineAuto waits for request lines without a goroutine for each client, and makes
	// exchanges one after the other as long as handlers are quick. Those that take longer
	// than about five milliseconds do not hold up the others, and if there are many slow ones
	// each exchange gets a goroutine. A Listener that is not a *net.TCPListener gets a
	// goroutine for each connection. What a handler leaves behind in its goroutine or thread,
	// such as runtime.LockOSThread without UnlockOSThread or labels of runtime/pprof, is there
	// for the next client.
	InlineAuto Inline = iota
	// InlineNever gives every connection a goroutine.
	InlineNever
)

// Serve implements [Listener].
func (l *TCP) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.Listener != nil {
		defer l.Listener.Close() // however this ends
	}
	s, err := newServer(ctx, "tcp", h, l.Public, l.PlainText, l.Limits, l.Log)
	if err != nil {
		return err
	}
	s.ready = l.Ready
	if l.Inline != InlineNever {
		s.accepting = s.acceptInline
	}
	if l.Listener != nil {
		return s.serve(ctx, lazily(l.Listener, s.limits.SendBuffer))
	}
	ln, err := listenTCP(ctx, cmp.Or(l.Addr, ":70"), s.limits.SendBuffer)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return s.serve(ctx, ln)
}
