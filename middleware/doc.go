// Package middleware has middleware for handlers: logging, limits, caching and more, each
// in a file of its own. Middleware without configuration is used as it is; the rest is
// made by a function:
//
//	r.Use(middleware.Logger(log), middleware.Recoverer, middleware.MaxLine(255))
//
// The first is outermost: it sees the request first and the answer last. "Inside" and
// "outside" in this documentation are meant so: Logger is outside Recoverer here, and
// MaxLine inside. Each middleware says which parts of a request it trusts, what clients
// read when it refuses, and what it belongs inside or outside of; docs/middleware.md has
// the order of all.
//
// All middleware is safe for concurrent use. Answers are values, so a middleware may look
// at one or return another, but must not modify one.
package middleware
