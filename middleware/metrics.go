package middleware

import (
	"context"

	"gopherframe"
)

// A Meter measures exchanges. Its methods may be called concurrently.
type Meter interface {
	// Begin is called for each request, before everything inside Metrics. The context that
	// it returns becomes that of the request. It must be [gopherframe.Request.Context] or
	// be derived from that; a tracer puts its span there.
	Begin(q *gopherframe.Request) context.Context
	// End is called once for each Begin, when the exchange is over. The Request of x has
	// the context of Begin. End must not keep x.
	End(x *Exchange)
}

// Metrics returns a middleware that has m measure the exchanges: how many are under way,
// how they end, how long they take and how many bytes they send. It panics if m is nil.
//
// Patterns, types, transports and outcomes may become labels of a metric, because there are
// few of them, whatever clients send. Selectors, queries and addresses must not: clients
// can make up any number of them.
//
// A panic of End is logged and does no harm; a panic of Begin is one of the handler.
// Metrics belongs beside Logger, outside everything else. A Request that no listener made
// is not measured: see Request.Served. Metrics allocates nothing unless Begin returns
// another context.
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
