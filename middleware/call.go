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
	done     chan struct{} // closed when the handler ended; what follows is there then
	resp     gopherframe.Response
	panicked any // what the handler panicked with, carried; nil if it returned
}

// start calls h. The Request must be one that nobody else writes to.
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

// answer returns the answer of the handler, which ended. A panic of it goes on here.
func (c *call) answer() gopherframe.Response {
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.resp
}

// lateGrace is how long a handler may take to notice that its context ended.
const lateGrace = time.Second

// watchLate is the goroutine that looks after a call nobody waits for any longer:
// what becomes of it is logged, and nothing if it ends soon.
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

// ended returns the answer when ctx ended before there was one.
func ended(ctx context.Context) gopherframe.Response {
	err := context.Cause(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return gopherframe.Fail(err)
}
