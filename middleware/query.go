package middleware

import (
	"slices"

	"gopherframe"
)

// withQuery returns a copy of q with another query, in Extra as well. q stays as it is, for
// middleware outside.
func withQuery(q *gopherframe.Request, query string) *gopherframe.Request {
	c := q.WithContext(q.Context())
	if len(q.Extra) > 0 && q.Extra[0] == q.Query {
		c.Extra = slices.Clone(q.Extra)
		c.Extra[0] = query
	}
	c.Query = query
	return c
}
