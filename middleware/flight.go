package middleware

import (
	"context"

	"gopherframe"
)

// A flight is a call of a handler whose answer at least one request waits for.
// (singleflight of golang.org/x/sync does not know who still waits, so it cannot end a call
// that all clients have left, and a panic of the call ends the process.)
type flight struct {
	*call
	cancel  context.CancelFunc
	waiting int // how many requests wait; guarded by cache.mu
}

// depart starts a flight with q. The context of the handler has the values of q's, but ends
// only when nobody waits any longer. The caller holds c.mu.
func (c *cache) depart(next gopherframe.Handler, key cacheKey, q *gopherframe.Request) *flight {
	ctx, cancel := context.WithCancel(context.WithoutCancel(q.Context()))
	f := &flight{cancel: cancel, waiting: 1}
	c.flights[key] = f
	client := q.Context()
	f.call = start(func(q *gopherframe.Request) gopherframe.Response {
		end := cancel
		defer func() { end() }()
		defer c.land(key, f)
		resp := next(q)
		if _, ok := resp.(*gopherframe.Stream); ok {
			// Only the client of q gets the Stream. What the handler opened with its
			// context is needed until that client's exchange is over.
			end = func() { context.AfterFunc(client, cancel) }
		}
		return c.keep(key, f, resp)
	}, q.WithContext(ctx))
	return f
}

// land ends a flight whose handler has returned. The next request for key starts another.
func (c *cache) land(key cacheKey, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[key] == f {
		delete(c.flights, key)
	}
}

// leave notes that q waits no longer. If nobody else waits, the flight is called off: its
// context ends, and the next request for key starts another.
func (c *cache) leave(key cacheKey, f *flight, q *gopherframe.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiting--; f.waiting > 0 {
		return
	}
	if c.flights[key] == f {
		delete(c.flights, key)
	}
	f.cancel()
	go f.watchLate(logOf(q))
}
