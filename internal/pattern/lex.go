package pattern

import (
	"fmt"
	"strings"
)

// The expressions that {name} and {name...} stand for.
const (
	segment  = "[^/]+"
	anything = ".+"
)

// A chunk of a pattern is a placeholder, or the text between two of them.
type chunk struct {
	text string // if it is no placeholder

	name string // of a placeholder, else ""
	expr string // what the placeholder matches
}

// split cuts a pattern into chunks. special reports whether the text between the
// placeholders makes it a regular expression.
func split(text string) (chunks []chunk, special bool, err error) {
	start := 0 // of the text that is not yet in chunks
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '{' && quantifierLen(text[i:]) > 0:
			i += quantifierLen(text[i:])
		case c == '{':
			placeholder, n, err := readPlaceholder(text[i:])
			if err != nil {
				return nil, false, err
			}
			chunks = append(chunks, chunk{text: text[start:i]}, placeholder)
			i += n
			start = i
		default:
			special = special || strings.IndexByte(`\^$|?*+()[]`, c) >= 0
			if strings.HasPrefix(text[i:], `\Q`) && !strings.Contains(text[i:], `\E`) {
				text += `\E` // or the quotation would go on in a pattern that is joined to this one
			}
			i += tokenLen(text[i:])
		}
	}
	return append(chunks, chunk{text: text[start:]}), special, nil
}

// readPlaceholder reads the {name}, {name...} or {name:expression} that text begins
// with, and returns it and its length.
func readPlaceholder(text string) (placeholder chunk, length int, err error) {
	name := text[1:]
	if i := strings.IndexFunc(name, func(r rune) bool { return !isWord(r) }); i >= 0 {
		name = name[:i]
	}
	if name == "" || '0' <= name[0] && name[0] <= '9' {
		return chunk{}, 0, badPlaceholder(text)
	}
	head := 1 + len(name)
	rest := text[head:]
	switch {
	case strings.HasPrefix(rest, "}"):
		return chunk{name: name, expr: segment}, head + 1, nil
	case strings.HasPrefix(rest, "...}"):
		return chunk{name: name, expr: anything}, head + 4, nil
	case strings.HasPrefix(rest, ":"):
		n := expressionLen(rest[1:])
		if n <= 0 {
			return chunk{}, 0, badPlaceholder(text)
		}
		expr := rest[1 : 1+n]
		if _, err := parse(expr); err != nil {
			return chunk{}, 0, fmt.Errorf("placeholder {%s:%s}: %w", name, expr, err)
		}
		return chunk{name: name, expr: expr}, head + 1 + n + 1, nil
	}
	return chunk{}, 0, badPlaceholder(text)
}

// expressionLen returns the length of the expression of a placeholder, of which text
// is the rest: what comes before the closing "}". It returns -1 if that is missing.
func expressionLen(text string) int {
	for i := 0; i < len(text); {
		switch {
		case text[i] == '}':
			return i
		case text[i] == '{':
			n := quantifierLen(text[i:])
			if n == 0 {
				return -1 // placeholders do not nest
			}
			i += n
		default:
			i += tokenLen(text[i:])
		}
	}
	return -1
}

// tokenLen returns the length of the escape, quotation (\Q...\E) or character class
// that text begins with, in which braces are no placeholders, else 1.
func tokenLen(text string) int {
	switch text[0] {
	case '\\':
		return escapeLen(text)
	case '[':
		return classLen(text)
	}
	return 1
}

// escapeLen returns the length of the escape or quotation that text begins with, such
// as \d, \p{Greek}, \x{2603} and \Qa+b\E.
func escapeLen(text string) int {
	switch {
	case len(text) < 2:
		return 1
	case text[1] == 'Q':
		if i := strings.Index(text, `\E`); i >= 0 {
			return i + 2
		}
		return len(text)
	case strings.IndexByte("pPx", text[1]) >= 0 && strings.HasPrefix(text[2:], "{"):
		if i := strings.IndexByte(text, '}'); i >= 0 {
			return i + 1
		}
	}
	return 2
}

// classLen returns the length of the character class that text begins with, such as
// [^]a\]].
func classLen(text string) int {
	i := 1
	if strings.HasPrefix(text[i:], "^") {
		i++
	}
	if strings.HasPrefix(text[i:], "]") {
		i++ // right after the [ or [^ it is a member and does not close the class
	}
	for i < len(text) && text[i] != ']' {
		switch {
		case text[i] == '\\':
			i += escapeLen(text[i:])
		case strings.HasPrefix(text[i:], "[:") && strings.Contains(text[i:], ":]"):
			i += strings.Index(text[i:], ":]") + 2
		default:
			i++
		}
	}
	return min(i+1, len(text))
}

// quantifierLen returns the length of the {2}, {2,} or {2,3} that text begins with, 0
// if it does not.
func quantifierLen(text string) int {
	end := strings.IndexByte(text, '}')
	if end < 2 {
		return 0
	}
	low, high, _ := strings.Cut(text[1:end], ",")
	if low == "" || strings.Trim(low+high, "0123456789") != "" {
		return 0
	}
	return end + 1
}

func isWord(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

// badPlaceholder returns the error for the brace that text begins with.
func badPlaceholder(text string) error {
	if i := strings.IndexByte(text, '}'); i >= 0 {
		text = text[:i+1]
	}
	return fmt.Errorf("bad placeholder %q: write {name}, {name...} or {name:expression}, and the brace itself as [{] or [}]", text)
}
