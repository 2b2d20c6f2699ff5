package middleware

import (
	"strings"

	"gopherframe"
)

// Search returns a middleware for searches. If the query is empty or has only spaces, the
// answer is a menu with one item, a search called prompt for the same selector, and the
// handler is not called. w3m sends no query when it follows a link to a search, nor does a
// client whose user typed the selector. The item works within a Mount as well.
//
//	r.With(middleware.Search("Search the phlog")).Handle("find", find)
//
// Search belongs directly outside the handler, beside [PlusSpaces]. It allocates nothing if
// there is a query.
func Search(prompt string) gopherframe.Middleware {
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if strings.TrimSpace(q.Query) == "" {
				return gopherframe.NewMenu().Search(prompt, q.Base()+q.Selector)
			}
			return next(q)
		}
	}
}

// PlusSpaces undoes what w3m does to a query: it sends "+" for SPACE, and all else as it
// was typed. In a query without SPACE, each "+" between two other characters becomes SPACE.
// "C++" and "+gopher" stay as they are. But "C++ burrow", which w3m sends as "C+++burrow",
// stays, too, and "1+1" from any other client becomes "1 1": do not use PlusSpaces for
// searches in which people write sums.
//
// If the query changes, the handler gets a copy of the Request, with Extra changed
// likewise. PlusSpaces belongs inside GopherPlus, which looks for "+" in queries.
func PlusSpaces(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		if query := plusSpaces(q.Query); query != q.Query {
			q = withQuery(q, query)
		}
		return next(q)
	}
}

func plusSpaces(query string) string {
	if strings.Contains(query, " ") {
		return query
	}
	b := []byte(query)
	for i := 1; i < len(b)-1; i++ {
		if query[i] == '+' && query[i-1] != '+' && query[i+1] != '+' {
			b[i] = ' '
		}
	}
	return string(b)
}
