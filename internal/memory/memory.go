// Package memory asks handlers without a network.
package memory

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"gopherframe"
)

// A handler may go on for a second after its context has ended. The second is counted in
// ticks rather than by the clock: on a busy machine, where this process waits for its turn,
// the ticks that it misses do not count, and so the handler has the same number of turns.
const (
	tick  = 10 * time.Millisecond
	grace = 100 // ticks
)

// An Ended is the error of a handler that did not return: it says how it ended instead.
type Ended string

func (e Ended) Error() string { return "the handler " + string(e) }

// ErrStuck is the error of a handler that goes on for a second after its context has
// ended. Its goroutine is left behind.
const ErrStuck Ended = "goes on after its context ended"

// An Answer is read while the handler sends it. It must be closed.
type Answer struct {
	*io.PipeReader
	cancel      context.CancelFunc
	stopWaiting func() bool   // keeps giveUp from being called
	done        chan struct{} // closed when the fields below do not change any more

	resp     gopherframe.Response
	panicked any // the value that h panicked with, or nil
}

// Ask has [gopherframe.Serve] answer a request line, given with its line end, in a
// goroutine. Reading the answer ends with the error that Serve returned, an Ended if h
// panicked or ended its goroutine, or ErrStuck.
func Ask(ctx context.Context, h gopherframe.Handler, request string, info gopherframe.Info) *Answer {
	ctx, cancel := context.WithCancel(ctx)
	read, write := io.Pipe()
	a := &Answer{PipeReader: read, cancel: cancel, done: make(chan struct{})}
	go a.serve(ctx, write, h, request, info)
	a.stopWaiting = context.AfterFunc(ctx, func() { a.giveUp(write) })
	return a
}

func (a *Answer) serve(ctx context.Context, w *io.PipeWriter, h gopherframe.Handler, request string, info gopherframe.Info) {
	var err error = Ended("ended its goroutine") // by runtime.Goexit, as testing.T.FailNow does
	defer func() {
		close(a.done)
		w.CloseWithError(err)
	}()
	_, served := gopherframe.Serve(ctx, client{strings.NewReader(request), w}, a.noting(h), info)
	if err = served; a.panicked != nil {
		err = Ended(fmt.Sprintf("panicked: %v", a.panicked))
	}
}

// A client is the connection that Serve reads the request from and writes the answer to.
type client struct {
	io.Reader
	io.Writer
}

// noting returns a handler that calls h and notes its answer or its panic.
func (a *Answer) noting(h gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		defer func() {
			if a.panicked = recover(); a.panicked != nil {
				panic(a.panicked) // so that Serve logs it with its stack
			}
		}()
		a.resp = h(q)
		return a.resp
	}
}

// giveUp ends the reading of the answer if h goes on after the grace.
func (a *Answer) giveUp(w *io.PipeWriter) {
	if !a.ends() {
		w.CloseWithError(ErrStuck)
	}
}

// Response returns the answer of the handler. It is nil until the exchange is over, if the
// handler panicked, and if it was not asked because the line was too long.
func (a *Answer) Response() gopherframe.Response {
	select {
	case <-a.done:
		return a.resp
	default:
		return nil
	}
}

// Close ends the context of the request, and waits for the handler. It returns ErrStuck
// if that goes on.
func (a *Answer) Close() error {
	a.stopWaiting() // Close waits itself
	a.cancel()
	a.PipeReader.Close()
	if !a.ends() {
		return ErrStuck
	}
	return nil
}

// ends reports whether the exchange ends within the grace.
func (a *Answer) ends() bool {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for range grace {
		select {
		case <-a.done:
			return true
		case <-ticker.C:
		}
	}
	return false
}
