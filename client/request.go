package client

import (
	"io"

	"gopherframe/internal/framing"
)

// WriteRequest writes a request line to w: the selector, behind it the query of a search
// if there is one, and Gopher+ fields. The error is that of w, or names a field with a
// CR, LF, TAB or NUL in it, of which nothing is written.
func WriteRequest(w io.Writer, fields ...string) error {
	return framing.WriteRequest(w, fields...)
}
