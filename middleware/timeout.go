package middleware

import (
	"context"
	"fmt"
	"io"
	"time"

	"gopherframe"
)

// Timeout returns a middleware that gives the handler inside of it d to answer.
// Then its context ends, with context.DeadlineExceeded within the cause, and the
// client gets "Timed out." What the handler returns later is dropped. Timeout
// panics if d is not positive.
//
// Nothing can stop a handler but itself: it must give up when its context ends,
// and what it has open must end with that. One that still runs a second later is
// logged as a warning through Request.Log, and again when it returned; a late
// panic is logged, too. A panic in time goes on outside of Timeout with the stack
// of the handler, so Recoverer and gopherframe.Abort work as ever.
//
// A Stream is bound as well: its Write gets a context that ends at the same
// deadline, after which it cannot write. A File is sent by the listener, whose
// Limits bound that.
//
// Timeout believes nothing that a client says. It comes inside of Logger and
// Recoverer, and outside of Throttle, which then also counts late handlers. The
// handler sees a copy of the Request, so Timeout belongs to a Router rather than
// around one: what a Router inside notes of its match is not seen outside. It costs
// a goroutine, a timer and a few allocations for each request.
func Timeout(d time.Duration) gopherframe.Middleware {
	if d <= 0 {
		panic(fmt.Sprintf("middleware: Timeout(%v): no handler could answer; give a positive duration or leave it out", d))
	}
	late := fmt.Errorf("no answer within %v: %w", d, context.DeadlineExceeded)
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			until := deadline{time.Now().Add(d), late}
			ctx, cancel := until.bound(q.Context())
			c := start(next, q.WithContext(ctx))
			select {
			case <-c.done:
			case <-ctx.Done():
				cancel()
				go c.watchLate(logOf(q))
				return ended(ctx)
			}
			if s, ok := c.resp.(*gopherframe.Stream); ok && s != nil && ctx.Err() == nil {
				// What the handler opened with its context is still needed. Without
				// an exchange it ends at the deadline.
				q.AfterWrite(func(gopherframe.Sent) { cancel() })
				return until.stream(s)
			}
			defer cancel()
			if c.panicked == nil && ctx.Err() != nil {
				return ended(ctx)
			}
			return c.answer()
		}
	}
}

// A deadline is when a request has to be answered, and why not later.
type deadline struct {
	time  time.Time
	cause error
}

func (d deadline) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadlineCause(ctx, d.time, d.cause)
}

// stream returns s with a Write that ends at the deadline.
func (d deadline) stream(s *gopherframe.Stream) *gopherframe.Stream {
	bounded := *s
	bounded.Write = func(ctx context.Context, w io.Writer) error {
		ctx, cancel := d.bound(ctx)
		defer cancel()
		return s.Write(ctx, boundedWriter{ctx, w})
	}
	return &bounded
}

// A boundedWriter writes until its context ends.
type boundedWriter struct {
	ctx context.Context
	w   io.Writer
}

func (b boundedWriter) Write(p []byte) (int, error) {
	if b.ctx.Err() != nil {
		return 0, context.Cause(b.ctx)
	}
	return b.w.Write(p)
}
