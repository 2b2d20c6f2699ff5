package pattern

import (
	"fmt"
	"regexp/syntax"
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

func writeKey(b *strings.Builder, tree *syntax.Regexp) {
	switch tree.Op {
	case syntax.OpEmptyMatch:
	case syntax.OpLiteral:
		for _, r := range tree.Rune {
			if tree.Flags&syntax.FoldCase != 0 {
				b.WriteString(`\i`)
			}
			if strings.ContainsRune(`\()[`, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		fmt.Fprintf(b, "[%x]", tree.Rune)
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range tree.Sub {
			writeKey(b, sub)
		}
	default:
		fmt.Fprintf(b, "(%d %d %d", tree.Op, tree.Min, tree.Max)
		for _, sub := range tree.Sub {
			b.WriteByte('(')
			writeKey(b, sub)
			b.WriteByte(')')
		}
		b.WriteByte(')')
	}
}
