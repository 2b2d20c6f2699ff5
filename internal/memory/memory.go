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

// DefaultHost and DefaultPort are the address that menus advertise if the
// [gopherframe.Info] has none.
const (
	DefaultHost = "localhost"
	DefaultPort = 70
)

// grace is how long a handler may go on once its context ended.
const grace = time.Second

// Ended is how a handler ended that did not return.
type Ended string

func (e Ended) Error() string { return "the handler " + string(e) }

// ErrStuck is the error of an answer whose handler goes on although its context
// ended. Its goroutine is left behind.
const ErrStuck Ended = "goes on after its context ended"

// An Answer is what a handler sends, while it sends it. It must be closed.
type Answer struct {
	*io.PipeReader
	cancel context.CancelFunc
	stop   func() bool   // giving up when ctx ends
	done   chan struct{} // closed after the last write to what follows

	resp   gopherframe.Response
	thrown any // what it panicked with
}

// Ask has gopherframe.Serve answer the request, a line with its end, in a
// goroutine. Reading ends with what Serve returned, or the panic of h. If h goes
// on for a second after ctx ended, reading ends with ErrStuck.
func Ask(ctx context.Context, h gopherframe.Handler, request string, info gopherframe.Info) *Answer {
	ctx, cancel := context.WithCancel(ctx)
	read, write := io.Pipe()
	a := &Answer{PipeReader: read, cancel: cancel, done: make(chan struct{})}
	go a.serve(ctx, write, h, request, info)
	a.stop = context.AfterFunc(ctx, func() { a.giveUp(write) })
	return a
}

func (a *Answer) serve(ctx context.Context, w *io.PipeWriter, h gopherframe.Handler, request string, info gopherframe.Info) {
	var err error = Ended("ended its goroutine") // as testing.T.FailNow does
	defer func() {
		close(a.done)
		w.CloseWithError(err)
	}()
	_, served := gopherframe.Serve(ctx, client{strings.NewReader(request), w}, a.watch(h), info)
	if err = served; a.thrown != nil {
		err = Ended(fmt.Sprintf("panicked: %v", a.thrown))
	}
}

// A client is what sends the request and takes the answer.
type client struct {
	io.Reader
	io.Writer
}

// watch notes what h does.
func (a *Answer) watch(h gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		defer func() {
			if a.thrown = recover(); a.thrown != nil {
				panic(a.thrown) // for Serve, which logs it with the stack
			}
		}()
		a.resp = h(q)
		return a.resp
	}
}

// giveUp ends the reading of an answer that does not come to its end.
func (a *Answer) giveUp(w *io.PipeWriter) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-a.done:
	case <-timer.C:
		w.CloseWithError(ErrStuck)
	}
}

// Response returns what the handler did, nil as long as it is at work, and if it
// panicked or was not asked.
func (a *Answer) Response() gopherframe.Response {
	select {
	case <-a.done:
		return a.resp
	default:
		return nil
	}
}

// Close ends the exchange, and waits until the handler noticed. It returns
// ErrStuck if that does not.
func (a *Answer) Close() error {
	a.stop() // from here on nobody waits but Close
	a.cancel()
	a.PipeReader.Close()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-a.done:
		return nil
	case <-timer.C:
		return ErrStuck
	}
}
