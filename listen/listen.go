// Package listen brings bytes in and out for a gopherframe.Handler: it binds,
// accepts, sets deadlines, limits and drains. Every listener is a loop around
// gopherframe.Serve, and several of them can run one app side by side:
//
//	err := listen.Run(ctx, r.Respond, &listen.TCP{Addr: ":7000"}, &listen.Stdio{})
//
// The listeners install no signal handlers: ctx says when to stop.
package listen

import (
	"context"
	"errors"
	"slices"

	"gopherframe"
)

// A Listener serves an app over one transport.
type Listener interface {
	// Serve binds and serves h until ctx ends. It then accepts nothing more, lets
	// exchanges under way finish within Limits.Grace, and returns nil if all did.
	Serve(ctx context.Context, h gopherframe.Handler) error
}

// Run serves h on all listeners until ctx ends or one of them fails. Then, and
// so also if one of them cannot bind, it stops the others as the end of ctx
// would, waits for them, and returns the first error. A listener that is done
// without an error, as Stdio is after one exchange, leaves the others running.
func Run(ctx context.Context, h gopherframe.Handler, ls ...Listener) error {
	if len(ls) == 0 || slices.Contains(ls, nil) {
		return errors.New("listen: Run needs listeners, and none of them nil")
	}
	ctx, stop := context.WithCancel(ctx)
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
