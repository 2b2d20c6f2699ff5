package middleware

import (
	"strings"

	"gopherframe"
)

// Search returns a middleware for searches: when a client sent no words, or only
// spaces, it asks for some instead of calling the handler. w3m does that when it
// follows a link to a search, and so does everybody who types its selector. The answer is
// a menu with one search, called prompt, that leads back to the same selector, also
// within a Mount:
//
//	r.With(middleware.Search("Search the phlog")).Handle("find", find)
//
// Trust: nothing that a client says. Failure: none. Order: innermost, beside
// [PlusSpaces]. It allocates nothing for a request with words.
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

// PlusSpaces gives the handler a query as it was typed if w3m may have sent it, which
// writes SPACE as "+" and leaves everything else as it is: in a query without SPACE,
// each "+" that stands alone between two other characters becomes one. "C++" and
// "+gopher" stay, but so does "C+++burrow" from w3m, and "1+1" from any other client
// becomes "1 1": it is for searches in which a sum is not what people look for.
//
// The handler gets a copy of the Request if the query changes, with Extra changed
// likewise. Order: inside of GopherPlus, which looks for "+" in queries.
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
