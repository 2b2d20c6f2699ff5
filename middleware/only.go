package middleware

import (
	"slices"

	"gopherframe"
)

// Only returns a middleware for routes that exist on some transports only: for example on
// "tls", for texts that nobody on the way may read. On all others it is as if the route did
// not exist: Only returns gopherframe.Pass, so that the next route that matches answers, or
// NotFound. It panics if no transport is given.
//
// Only trusts Request.Transport, which is set by the listener and not by the client. A
// misspelled transport lets nobody in. Only belongs inside Logger; outside other middleware
// it saves them the work. It allocates nothing.
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
