package middleware

import (
	"context"
	"fmt"
	"io"
	"time"

	"gopherframe"
)

// Timeout returns a middleware that gives the handler inside it d to answer. Then the
// context of the request ends, with context.DeadlineExceeded in its cause, and the client
// reads "Timed out." An answer that the handler returns later is dropped. Timeout panics if
// d is not positive.
//
// A handler cannot be stopped from outside: it must return when its context ends. One that
// is still at work a second later is logged as a warning, and once more when it returns. A
// late panic is logged, too. A panic in time is passed on, with the stack of the handler,
// to middleware outside, so Recoverer and gopherframe.Abort work as usual.
//
// The Write of a Stream gets a context that ends at the same deadline, and cannot write
// after that. A File is sent by the listener, whose Limits apply.
//
// Timeout belongs inside Logger and Recoverer, and outside Throttle, so that a late handler
// still counts there. The handler gets a copy of the Request, so use Timeout on a Router or
// a route, not around a Router: middleware outside could not see which route matched. It
// takes a goroutine, a timer and a few allocations for each request.
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
				// What the handler opened with its context is needed until the Stream
				// is written. AfterWrite ignores a Request that no listener made; its
				// context ends at the deadline.
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

// A deadline is the time by which a request must be answered, and the cause of a context
// that ends then.
type deadline struct {
	time  time.Time
	cause error
}

// bound returns a context that ends at the deadline or with ctx.
func (d deadline) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadlineCause(ctx, d.time, d.cause)
}

// stream returns s with a Write that must end by the deadline.
func (d deadline) stream(s *gopherframe.Stream) *gopherframe.Stream {
	bounded := *s
	bounded.Write = func(ctx context.Context, w io.Writer) error {
		ctx, cancel := d.bound(ctx)
		defer cancel()
		return s.Write(ctx, boundedWriter{ctx, w})
	}
	return &bounded
}

// A boundedWriter fails once its context has ended.
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
