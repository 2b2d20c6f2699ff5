package middleware

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gopherframe"
	"gopherframe/internal/panics"
)

// A call is a handler at work in a goroutine of its own.
type call struct {
	done     chan struct{} // closed when the handler has ended; the fields below are valid from then on
	resp     gopherframe.Response
	panicked any // Abort or a *panics.Panic; nil if the handler returned
}

// start calls h with q in a new goroutine. Nobody else may change q meanwhile.
func start(h gopherframe.Handler, q *gopherframe.Request) *call {
	c := &call{done: make(chan struct{})}
	go c.run(h, q)
	return c
}

func (c *call) run(h gopherframe.Handler, q *gopherframe.Request) {
	defer close(c.done)
	defer func() {
		switch v := recover(); v {
		case nil, gopherframe.Abort:
			c.panicked = v
		default:
			c.panicked = panics.Carry(v)
		}
	}()
	c.resp = h(q)
}

// answer returns the answer of a handler that has ended, or panics if the handler did.
func (c *call) answer() gopherframe.Response {
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.resp
}

// lateGrace is how long a handler may take to notice that its context has ended.
const lateGrace = time.Second

// watchLate waits for the end of a call whose answer nobody wants any longer. It logs a
// handler that takes longer than lateGrace, and a panic. It is a goroutine that ends with
// the call.
func (c *call) watchLate(log *slog.Logger) {
	began := time.Now()
	select {
	case <-c.done:
	case <-time.After(lateGrace):
		log.Warn("gopherframe: handler goes on though its context ended")
		<-c.done
		log.Warn("gopherframe: handler returned late", "late", time.Since(began))
	}
	if c.panicked != nil && c.panicked != gopherframe.Abort {
		logPanic(log, c.panicked)
	}
}

// ended returns the answer to a request whose context has ended: "Timed out." for a
// deadline, also if the cause of the context does not mention one.
func ended(ctx context.Context) gopherframe.Response {
	err := context.Cause(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return gopherframe.Fail(err)
}
