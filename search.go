package gopherframe

import "strings"

// HasQuery reports whether the client sent a query, which may be empty, and did
// not just name the selector. w3m does that first when it follows a search, and
// closes without reading.
func (q *Request) HasQuery() bool {
	return q.Query != "" || len(q.Extra) > 0 && q.Extra[0] == ""
}

// Search returns a Handler that answers searches with h, and asks for words, under
// the prompt, when a client sent none or only spaces. That answer is a menu with
// one search that leads back to the same selector, also within a Mount.
func Search(prompt string, h Handler) Handler {
	return func(q *Request) Response {
		if strings.TrimSpace(q.Query) == "" {
			return NewMenu().Search(prompt, q.Base()+q.Selector)
		}
		return h(q)
	}
}

// PlusSpaces returns a query as it was typed if w3m may have sent it, which writes
// SPACE as "+" and leaves everything else as it is: where there is no SPACE in it,
// each "+" that stands alone between two other characters becomes one. "C++" and
// "+gopher" stay, but so does "C+++burrow" from w3m, and "1+1" becomes "1 1".
func PlusSpaces(query string) string {
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
