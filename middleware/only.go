package middleware

import (
	"slices"

	"gopherframe"
)

// Only returns a middleware for what is there on some transports only: "tls", say,
// for what must not be read on the way. To all others it is as if the route were not
// there: Only returns gopherframe.Pass, so the next route that matches answers, else
// NotFound. It panics if no transport is named.
//
// It believes Request.Transport, which a listener sets and no client can. A name
// that no listener uses lets nobody in. It comes inside of Logger; outside of the
// rest it saves them the work. It allocates nothing.
func Only(transports ...string) gopherframe.Middleware {
	if len(transports) == 0 {
		panic("middleware: Only() lets nobody in: name a transport, or remove the route")
	}
	transports = slices.Clone(transports)
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if !slices.Contains(transports, q.Transport) {
				return gopherframe.Pass
			}
			return next(q)
		}
	}
}
