// Package middleware has what goes round handlers, one concern a file. A
// middleware without configuration is one; a configured one is returned:
//
//	r.Use(middleware.Logger(log), middleware.Recoverer, middleware.MaxLine(255))
//
// The first is outermost: it sees the request first and the answer last. Answers
// are values, so a middleware may look at one, or return another.
package middleware
