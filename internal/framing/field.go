package framing

import "strings"

// Field returns a field of a line as it is sent: with SPACE for the Forbidden bytes.
func Field(s string) string {
	if !strings.ContainsAny(s, Forbidden) {
		return s
	}
	b := []byte(s) // not strings.Map, which changes bytes that are not UTF-8
	for i, c := range b {
		if strings.IndexByte(Forbidden, c) >= 0 {
			b[i] = ' '
		}
	}
	return string(b)
}
