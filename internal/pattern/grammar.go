package pattern

import (
	"fmt"
	"regexp"
	"strings"
)

// A Kind tells how a pattern was written.
type Kind int

const (
	Literal  Kind = iota // text without placeholders
	Template             // text with placeholders
	Regexp               // an RE2 expression, perhaps with placeholders
)

func (k Kind) String() string {
	return [...]string{"literal", "template", "regexp"}[k]
}

// A part is a pattern translated to RE2, or several of them joined.
type part struct {
	text    string // as written, without the first slash
	expr    string // the same as an RE2 expression
	kind    Kind
	doubled bool // written with "//" at the beginning
}

// translate translates one pattern as the user wrote it.
func translate(text string) (part, error) {
	text, doubled := trimSlash(text)
	return read(text, doubled)
}

// read is translate for a text without its first slash. doubled becomes a field of
// the part.
func read(text string, doubled bool) (part, error) {
	chunks, special, err := split(text)
	if err != nil {
		return part{}, err
	}
	p := part{text: text, kind: Literal, doubled: doubled}
	if special {
		p.kind = Regexp
	}
	var expr strings.Builder
	for _, c := range chunks {
		switch {
		case c.name != "":
			p.kind = max(p.kind, Template)
			fmt.Fprintf(&expr, "(?P<%s>%s)", c.name, c.expr)
		case special:
			expr.WriteString(c.text)
		default:
			if i := strings.IndexAny(c.text, "{}"); i >= 0 {
				return part{}, badPlaceholder(c.text[i:])
			}
			expr.WriteString(regexp.QuoteMeta(c.text))
		}
	}
	p.expr = expr.String()
	return p, nil
}

// trimSlash removes the first slash of a pattern, which may follow a ^ or \A, be
// escaped as \/ or be optional as /?. A slash with another quantifier, such as /+ or
// /{2}, stays. doubled reports whether a second slash follows the removed one.
func trimSlash(text string) (rest string, doubled bool) {
	rest = text
	for _, start := range []string{"^", `\A`} {
		rest = strings.TrimPrefix(rest, start)
	}
	anchor := text[:len(text)-len(rest)]
	slashless, found := cutSlash(rest)
	if !found {
		return text, false
	}
	slashless = strings.TrimPrefix(slashless, "?")
	if slashless != "" && strings.IndexByte("?*+", slashless[0]) >= 0 || quantifierLen(slashless) > 0 {
		return text, false
	}
	_, doubled = cutSlash(slashless)
	return anchor + slashless, doubled
}

// cutSlash returns text without the slash, escaped or not, that it begins with.
func cutSlash(text string) (rest string, found bool) {
	return strings.CutPrefix(strings.TrimPrefix(text, `\`), "/")
}
