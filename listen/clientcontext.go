package listen

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// A clientContext is the context of an exchange. It ends when the client has gone, but the
// client is watched only from the moment when somebody asks: most answers are sent before
// a watcher could learn anything. Handlers may keep it.
type clientContext struct {
	parent context.Context
	conn   *conn

	ending atomic.Pointer[context.Context] // the context that Done and Err belong to; nil until the first call

	mu     sync.Mutex // guards the change of ending, and the fields below
	cancel context.CancelFunc
	over   bool
}

// Deadline implements context.Context.
func (c *clientContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

// Done implements context.Context.
func (c *clientContext) Done() <-chan struct{} { return c.ask().Done() }

// Err implements context.Context. A client that had gone before the first call may be
// noticed only after it.
func (c *clientContext) Err() error { return c.ask().Err() }

// Value implements context.Context. Once somebody has asked, package context finds its own
// type behind it, and so needs no goroutine for each context that is derived from this one.
func (c *clientContext) Value(key any) any {
	if ending := c.ending.Load(); ending != nil {
		return (*ending).Value(key)
	}
	return c.parent.Value(key)
}

// ask returns the context that ends, and has the client watched from now on.
func (c *clientContext) ask() context.Context {
	if ending := c.ending.Load(); ending != nil {
		return *ending
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ending := c.ending.Load(); ending != nil {
		return *ending
	}
	ctx, cancel := context.WithCancel(c.parent)
	if nc, ok := c.conn.Conn.(contexter); ok && !c.over {
		stop := context.AfterFunc(nc.Context(), cancel)
		c.cancel = func() { stop(); cancel() }
	} else {
		c.cancel = cancel
	}
	c.ending.Store(&ctx)
	if c.over {
		cancel()
	} else {
		c.conn.watch()
	}
	return ctx
}

// end ends the context.
func (c *clientContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.cancel != nil {
		c.cancel()
	}
}
