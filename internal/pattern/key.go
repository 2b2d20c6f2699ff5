package pattern

import (
	"regexp/syntax"
	"strconv"
	"strings"
)

// key returns a text that is the same for expressions that match the same
// because they are written alike, but for groups and greediness, which do not
// change what an anchored expression matches. The String method of the tree
// would do, if it did not take milliseconds for [^/].
func key(tree *syntax.Regexp) string {
	var b strings.Builder
	writeKey(&b, tree)
	return b.String()
}

// textKey is the key of an expression that matches just the text.
func textKey(text string) string {
	if !strings.ContainsAny(text, keyed) {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(keyed, text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// keyed are the characters that mean something in a key.
const keyed = `\()[`

func writeKey(b *strings.Builder, tree *syntax.Regexp) {
	switch tree.Op {
	case syntax.OpEmptyMatch:
	case syntax.OpLiteral:
		if tree.Flags&syntax.FoldCase == 0 {
			b.WriteString(textKey(string(tree.Rune)))
			return
		}
		for _, r := range tree.Rune {
			b.WriteString(`\i`)
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		b.WriteByte('[')
		for _, r := range tree.Rune {
			b.WriteString(strconv.Itoa(int(r)))
			b.WriteByte(' ')
		}
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
