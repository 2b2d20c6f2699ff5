package middleware

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gopherframe"
)

// Throttle returns a middleware that lets limit handlers work at once. backlog
// more requests wait for one of them to end, in order and for at most wait; the
// waiting also ends with the context. All others get "Server busy." at once. It
// panics if limit is not positive or backlog is negative; with a wait of 0 or less
// nobody waits.
//
// A handler counts until it returned and, if its answer is a Stream or a File,
// until that is written, which is when the work is done. The other answers may be
// as slow as their client wants, at no cost for the rest. (A Request made by hand is
// never written: it counts until the handler returned.)
//
// All routes and Routers that one Throttle is used on share its limit. It believes
// nothing that a client says, and one client may take all there is: put RateLimit
// before it. It comes inside of Logger, Recoverer and Timeout, and inside of Cache,
// whose hits need no limit. It allocates nothing unless somebody waits or is
// refused, or a Stream or File is answered.
func Throttle(limit, backlog int, wait time.Duration) gopherframe.Middleware {
	if limit < 1 || backlog < 0 {
		panic(fmt.Sprintf("middleware: Throttle(%d, %d, %v): no handler could work; give a limit of at least 1 and a backlog of at least 0", limit, backlog, wait))
	}
	t := &throttle{make(chan struct{}, limit), make(chan struct{}, backlog), wait}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			return t.respond(next, q)
		}
	}
}

type throttle struct {
	working chan struct{} // an element for each handler at work
	waiting chan struct{} // an element for each request in the backlog
	wait    time.Duration
}

func (t *throttle) respond(next gopherframe.Handler, q *gopherframe.Request) (resp gopherframe.Response) {
	if err := t.begin(q.Context()); err != nil {
		return &gopherframe.Error{Text: gopherframe.BusyText, Err: err}
	}
	written := true
	defer func() {
		if written {
			t.end()
		}
	}()
	resp = next(q)
	switch resp.(type) {
	case *gopherframe.Stream, *gopherframe.File:
		if q.Served() {
			written = false
			q.AfterWrite(func(gopherframe.Sent) { t.end() })
		}
	}
	return resp
}

var (
	errBacklogFull = errors.New("too many requests at once, and the backlog is full")
	errWaitedLong  = errors.New("too many requests at once, and none of them ended in time")
)

// begin returns when there is a handler for the request, or why there is none.
func (t *throttle) begin(ctx context.Context) error {
	// The channel hands what one gives back to the one that waits longest, so
	// nobody overtakes here.
	select {
	case t.working <- struct{}{}:
		return nil
	default:
	}
	select {
	case t.waiting <- struct{}{}:
	default:
		return errBacklogFull
	}
	defer func() { <-t.waiting }()
	timer := time.NewTimer(t.wait)
	defer timer.Stop()
	select {
	case t.working <- struct{}{}:
		return nil
	case <-timer.C:
		return errWaitedLong
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *throttle) end() { <-t.working }
