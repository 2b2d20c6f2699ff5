// Package harmless makes text that came from outside fit to be shown: on a terminal, in
// a line of a menu, and in a log.
package harmless

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isHarmful reports whether r does something to a terminal, a line or its reader other
// than being read: control characters steer terminals, line and paragraph separators
// end lines, and embeddings, overrides and isolates make a text read as another one. The
// marks that right-to-left scripts need, U+061C, U+200E and U+200F, are not harmful.
func isHarmful(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case '\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069':
		return true
	}
	return false
}

// Text returns s with "?" for harmful characters, but for TAB, and for bytes that are
// not UTF-8.
func Text(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r != '\t' && isHarmful(r) {
			return '?'
		}
		return r
	}, s)
}

// Line returns s with SPACE for harmful characters, TAB among them, so that it stays
// within its line and its field.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if isHarmful(r) {
			return ' '
		}
		return r
	}, s)
}

// Quoted returns s as it is, or as a quoted Go string if some of it is harmful or cannot
// be seen.
func Quoted(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) || !utf8.ValidString(s) {
		return strconv.Quote(s)
	}
	return s
}
