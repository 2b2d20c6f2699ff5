package pattern

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
)

// key returns a text that identifies the selectors that the tree matches: trees with
// one key match the same. Groups and greediness are left out, since they do not change
// whether an anchored expression matches.
//
//	\\ \( \) \[       these characters as text; all other text is itself
//	\u65533           a rune that does not match just its own bytes, and a space
//	\i65              a rune in both cases, and a space
//	[97 99 ]          a class, by the first and last rune of each range
//	(op min max ...)  any other operator, with its operands in parentheses
//
// Each form shows where it ends, so no two trees are written alike by accident. The
// String method of the tree would do, but takes milliseconds for [^/].
func key(tree *syntax.Regexp) string {
	var b strings.Builder
	writeKey(&b, tree)
	return b.String()
}

// textKey is the key of an expression that matches the text and nothing else.
func textKey(text string) string {
	if !strings.ContainsAny(text, special) {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(special, text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// special are the characters that have a backslash in a key when they are text.
const special = `\()[`

func writeKey(b *strings.Builder, tree *syntax.Regexp) {
	switch tree.Op {
	case syntax.OpEmptyMatch:
	case syntax.OpLiteral:
		for _, r := range tree.Rune {
			switch {
			case isVerbatim(r, tree.Flags):
				b.WriteString(textKey(string(r)))
			case tree.Flags&syntax.FoldCase != 0:
				fmt.Fprintf(b, `\i%d `, r)
			default:
				fmt.Fprintf(b, `\u%d `, r)
			}
		}
	case syntax.OpCharClass:
		b.WriteByte('[')
		for _, r := range tree.Rune {
			b.WriteString(strconv.Itoa(int(r)))
			b.WriteByte(' ')
		}
		b.WriteByte(']')
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range tree.Sub {
			writeKey(b, sub)
		}
	default:
		b.WriteByte('(')
		for _, n := range []int{int(tree.Op), tree.Min, tree.Max} {
			b.WriteString(strconv.Itoa(n))
			b.WriteByte(' ')
		}
		for _, sub := range tree.Sub {
			b.WriteByte('(')
			writeKey(b, sub)
			b.WriteByte(')')
		}
		b.WriteByte(')')
	}
}
