package middleware

import (
	"context"

	"gopherframe"
)

// A Meter measures exchanges. Its methods are called by many goroutines.
type Meter interface {
	// Begin is called for each request, before what is inside of Metrics. The context
	// it returns becomes that of the request; it should be derived from
	// [gopherframe.Request.Context], or be it. A tracer puts its span there.
	Begin(q *gopherframe.Request) context.Context
	// End is called once the exchange is over, always and only once. Its Request is
	// the one with the context of Begin. x is good until End returns.
	End(x *Exchange)
}

// Metrics returns a middleware that has m measure the exchanges: how many are
// under way, how they ended, how long they took and how many bytes they sent, by
// pattern, type, transport and outcome.
//
// Trust: patterns, types, transports and outcomes are few, whatever clients send;
// selectors, queries and addresses are not, so they must not become labels.
// Failure: none; a Meter that panics is logged. Order: first, beside Logger. It
// measures nothing for a Request that no listener made, and allocates nothing
// unless Begin returns another context.
func Metrics(m Meter) gopherframe.Middleware {
	if m == nil {
		panic("middleware: Metrics needs a Meter")
	}
	exchanges := &recorder{over: m.End}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if !q.Served() {
				return next(q)
			}
			if ctx := m.Begin(q); !isSame(ctx, q.Context()) {
				q = q.WithContext(ctx)
			}
			return exchanges.record(next, q)
		}
	}
}

// isSame reports whether a and b are the same context. It is false if they cannot be
// compared, for which == panics.
func isSame(a, b context.Context) (same bool) {
	defer func() { recover() }()
	return a == b
}
