package framing

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// WriteRequest is client.WriteRequest.
func WriteRequest(w io.Writer, fields ...string) error {
	for _, field := range fields {
		if strings.ContainsAny(field, Forbidden) {
			return fmt.Errorf("%q cannot be asked for: a request has no room for CR, LF, TAB and NUL", field)
		}
	}
	_, err := io.WriteString(w, strings.Join(fields, "\t")+LineEnd)
	return err
}

// LineLen returns the length of the request line at the start of b and whether its end,
// CRLF, LF or a bare CR, is there.
func LineLen(b []byte) (n int, ended bool) {
	n = len(b)
	for _, c := range []byte(LineEnd) { // one after the other is faster than IndexAny
		if i := bytes.IndexByte(b[:n], c); i >= 0 {
			n = i
		}
	}
	return n, n < len(b)
}

// EndsLine reports whether b, the last part of a request line that arrived, ends it with LF or
// CRLF and has nothing behind that. After a lone CR an LF may be on its way.
func EndsLine(b []byte) bool {
	n, _ := LineLen(b)
	end := string(b[n:])
	return end == LineEnd || end == "\n"
}
