// Package listen serves a gopherframe.Handler over TCP, TLS, Unix sockets, and standard
// input and output. A listener binds a socket, accepts connections within [Limits], and
// calls gopherframe.Serve for each. Several listeners can serve one app:
//
//	err := listen.Run(ctx, r.Respond, &listen.TCP{Addr: ":7000"}, &listen.Stdio{})
//
// They stop when ctx ends. The package installs no signal handlers.
package listen

import (
	"context"
	"errors"
	"slices"

	"gopherframe"
)

// A Listener serves an app over one transport.
type Listener interface {
	// Serve binds and serves h until ctx ends. It then accepts no more connections,
	// waits for the exchanges to finish, at most for Limits.Grace, and returns nil if
	// all did. The contexts of requests have the values of ctx, but do not end with it.
	Serve(ctx context.Context, h gopherframe.Handler) error
}

// Run serves h on all listeners until ctx ends or one of them fails, which includes
// that it cannot bind. It then stops the others, as the end of ctx does, waits for
// them, and returns the first error. A listener that returns nil, as Stdio does after
// one exchange, leaves the others running. It is an error to pass no listener or a nil
// one. The listeners share the default of Limits.MaxConns.
func Run(ctx context.Context, h gopherframe.Handler, ls ...Listener) error {
	if len(ls) == 0 || slices.Contains(ls, nil) {
		return errors.New("listen: Run needs listeners, and none of them nil")
	}
	ctx, stop := context.WithCancel(withConnTable(ctx))
	defer stop()
	ended := make(chan error)
	for _, l := range ls {
		go func() { ended <- l.Serve(ctx, h) }()
	}
	var first error
	for range ls {
		if err := <-ended; err != nil && first == nil {
			first = err
			stop()
		}
	}
	return first
}
