package middleware

import "gopherframe"

// MaxLine returns a middleware that answers request lines of more than n bytes with
// "Request line too long." The length is that of the whole line without its end: selector,
// query, all other fields, and the TABs between them. If n is negative every line is too
// long.
//
// Listeners have a limit of their own, Limits.MaxLine, beyond which no handler is called.
// MaxLine is for a lower limit on some routes. It allocates nothing unless it refuses.
func MaxLine(n int) gopherframe.Middleware {
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			length := len(q.Selector)
			for _, field := range q.Extra {
				length += len("\t") + len(field)
			}
			if length > n {
				return &gopherframe.Error{Text: gopherframe.LineTooLongText}
			}
			return next(q)
		}
	}
}
