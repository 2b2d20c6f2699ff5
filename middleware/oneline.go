package middleware

import (
	"strings"
	"unicode"
)

// oneLine returns s with SPACE for control characters, so that it stays within
// its line, and in its field.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
