package framing

import (
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
