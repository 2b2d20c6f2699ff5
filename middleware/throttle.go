package middleware

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gopherframe"
)

// Throttle returns a middleware that lets at most limit handlers work at a time. Up to
// backlog further requests wait for their turn, first come, first served, for at most wait
// or until their context ends. All others are answered with "Server busy." at once.
// Throttle panics if limit is not positive or backlog is negative. If wait is not positive,
// nobody waits.
//
// A handler works until it returns. If it returns a Stream or a File, it works until that
// is written, because most of the work is done then. Other answers are finished values: a
// slow client costs the others nothing. A Stream or File for a Request that no listener
// made is never written, so its handler works until it returns.
//
// All places where one Throttle is used share its limit. It does not look at clients, so a
// single one can take all turns: put RateLimit outside it. Throttle belongs inside Logger,
// Recoverer, Timeout, and Cache, whose hits need no turn. It allocates nothing unless a
// request waits or is refused, or the answer is a Stream or a File.
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
	working chan struct{} // has an element for each handler at work
	waiting chan struct{} // has an element for each request that waits
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

// begin returns nil when the handler may work, or an error that says why it may not.
func (t *throttle) begin(ctx context.Context) error {
	// When end makes room in the channel, the goroutine that has waited longest gets it,
	// so a new request cannot overtake those that wait.
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
