package gopherframe

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
)

// Abort ends an exchange without an answer, or without the rest of one, when a handler or
// the Write of a Stream panics with it. A Write may also return it. It is not logged as a
// failure: [Serve] returns it as its error, and functions given to [Request.AfterWrite]
// find it in Sent. Middleware that recovers from panics must panic with it again.
//
//lint:ignore ST1012 panic(gopherframe.Abort) reads as an order, not as a failure
var Abort = errors.New("gopherframe: exchange aborted")

// aborted answers for a handler that panicked with Abort.
var aborted = &Stream{Write: func(context.Context, io.Writer) error { return Abort }}

// An exchange is shared by all copies of one Request. Handlers may go on after it is
// over, so it is safe for concurrent use.
type exchange struct {
	log *slog.Logger

	mu    sync.Mutex // guards the fields below
	hooks []func(Sent)
	room  [4]func(Sent) // for hooks, so that adding up to four allocates nothing
	notes []slog.Attr
	host  string // that items of this server lead to instead of Request.Host; "": none was set
	over  bool
	sent  Sent // set when over is

	whole atomic.Pointer[wholePattern] // nil if no Router within a Mount found a route
}

// A wholePattern is the pattern under which the whole selector was found: the patterns of
// the Mounts, the outermost first, and that of the route, joined by "/".
type wholePattern struct {
	outermost *Route // the Mount that the Router at the top found
	text      string
}

// Sent says how much of an answer was written, and what kept the rest from being written.
type Sent struct {
	Bytes int64 // written to the client, framing included
	// Err is nil if the answer of the handler was written whole. If an error item took its
	// place, it is an *Error with the text that the client reads and the cause.
	Err error
}

// AfterWrite has f called once the answer was written, or could not be. The
// function registered last is called first. If the exchange is over already, because the
// handler outlived it, f is called at once. Nothing is ever written for a Request that
// was made by hand, so there f is not called: see [Request.Served]. AfterWrite is safe
// for concurrent use.
func (q *Request) AfterWrite(f func(Sent)) {
	x := q.exchange
	if x == nil {
		return
	}
	x.mu.Lock()
	over := x.over
	if !over {
		if x.hooks == nil {
			x.hooks = x.room[:0]
		}
		x.hooks = append(x.hooks, f)
	}
	x.mu.Unlock()
	if over {
		f(x.sent)
	}
}

// Served reports whether q was read by [Serve], or is a copy of such a Request, so that
// functions given to AfterWrite will be called. A Request made by hand was not.
func (q *Request) Served() bool { return q.exchange != nil }

// setHost makes items of this server lead to host, whatever the Request that Serve read
// says.
func (q *Request) setHost(host string) {
	if x := q.exchange; x != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.host = host
	}
}

// hostOf returns the host that items of this server lead to.
func (x *exchange) hostOf(q *Request) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return cmp.Or(x.host, q.Host)
}

// end calls the functions that were given to AfterWrite, the last one first.
func (x *exchange) end(q *Request, sent Sent) {
	x.mu.Lock()
	hooks := x.hooks
	x.hooks, x.sent, x.over = nil, sent, true
	x.mu.Unlock()
	callHooks(q, hooks, sent)
}

// callHooks calls all hooks, even if one of them panics or ends its goroutine.
func callHooks(q *Request, hooks []func(Sent), sent Sent) {
	if len(hooks) == 0 {
		return
	}
	last := len(hooks) - 1
	defer callHooks(q, hooks[:last], sent)
	isolate(q, func() error {
		hooks[last](sent)
		return nil
	})
}

// Annotate adds notes to the exchange and returns all of them, in the order in which
// they were added. A middleware that logs exchanges puts them into its entry, so keys
// should be short and values not secret. Without arguments it only returns them. Notes
// on a Request that was made by hand are lost. Annotate is safe for concurrent use.
func (q *Request) Annotate(notes ...slog.Attr) []slog.Attr {
	x := q.exchange
	if x == nil {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.notes = append(x.notes, notes...)
	return slices.Clip(x.notes) // so that appending to the result leaves them as they are
}

// Log returns the logger of the listener, slog.Default() for a Request that was made by
// hand.
func (q *Request) Log() *slog.Logger {
	if q.exchange == nil {
		return slog.Default()
	}
	return q.exchange.log
}
