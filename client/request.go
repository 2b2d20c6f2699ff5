package client

import (
	"io"

	"gopherframe/internal/framing"
)

// WriteRequest writes a request line to w. The fields are the selector and, if there are
// more, the query of a search and fields of Gopher+. A field with a CR, LF, TAB or NUL in it
// is an error, and then nothing is written.
func WriteRequest(w io.Writer, fields ...string) error {
	return framing.WriteRequest(w, fields...)
}
