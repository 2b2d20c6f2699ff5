package middleware

import (
	"context"

	"gopherframe"
)

// A flight is a call that several requests wait for. (singleflight of
// golang.org/x/sync does not know who still waits, so it could not end a call that
// all clients have left; and a panic there ends the process.)
type flight struct {
	*call
	cancel  context.CancelFunc
	waiting int // guarded by cache.mu
}

// depart starts a flight for q, with a context that does not end with it. The
// caller holds c.mu.
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
			// What the handler opened with its context is needed until the one
			// client that gets the Stream has it.
			end = func() { context.AfterFunc(client, cancel) }
		}
		return c.keep(key, f, resp)
	}, q.WithContext(ctx))
	return f
}

// land notes that the flight is over: from now on others may depart.
func (c *cache) land(key cacheKey, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[key] == f {
		delete(c.flights, key)
	}
}

// leave notes that one does not wait any longer. After the last one the flight is
// called off.
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
