package pattern

import (
	"fmt"
	"strings"
)

// anything and segment are what {name...} and {name} stand for.
const (
	anything = ".+"
	segment  = "[^/]+"
)

// A chunk is a run of the written pattern: verbatim text, or a placeholder.
type chunk struct {
	text string // verbatim when name is ""
	name string
	expr string
}

// split cuts the placeholders out of text. special reports whether what is
// left makes the whole a regular expression.
func split(text string) (chunks []chunk, special bool, err error) {
	start := 0 // of the verbatim text not yet in chunks
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '{' && quantifierLen(text[i:]) > 0:
			i += quantifierLen(text[i:])
		case c == '{':
			placeholder, n, err := readPlaceholder(text[i:])
			if err != nil {
				return nil, false, err
			}
			if start < i {
				chunks = append(chunks, chunk{text: text[start:i]})
			}
			chunks = append(chunks, placeholder)
			i += n
			start = i
		default:
			special = special || strings.IndexByte(`\^$|?*+()[]`, c) >= 0
			if strings.HasPrefix(text[i:], `\Q`) && !strings.Contains(text[i:], `\E`) {
				text += `\E` // so that it stays within its pattern when two are joined
			}
			i += tokenLen(text[i:])
		}
	}
	if start < len(text) {
		chunks = append(chunks, chunk{text: text[start:]})
	}
	return chunks, special, nil
}

// readPlaceholder reads {name}, {name...} or {name:expression} at the start of
// text and returns it with its length.
func readPlaceholder(text string) (chunk, int, error) {
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

// expressionLen returns how many bytes of text come before the "}" that closes
// the placeholder it stands in, -1 if none does.
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

// tokenLen returns the length of the RE2 token at the start of text, in so far
// as it can hide braces: an escape, a quotation, a character class, else 1.
func tokenLen(text string) int {
	switch text[0] {
	case '\\':
		return escapeLen(text)
	case '[':
		return classLen(text)
	}
	return 1
}

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

// classLen returns the length of a character class such as [^]a\]].
func classLen(text string) int {
	i := 1
	if strings.HasPrefix(text[i:], "^") {
		i++
	}
	if strings.HasPrefix(text[i:], "]") {
		i++ // first, it is a member
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

// quantifierLen returns the length of a {2}, {2,} or {2,3} at the start of
// text, 0 if there is none.
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

func badPlaceholder(text string) error {
	if i := strings.IndexByte(text, '}'); i >= 0 {
		text = text[:i+1]
	}
	return fmt.Errorf("bad placeholder %q: write {name}, {name...} or {name:expression}, and the brace itself as [{] or [}]", text)
}
