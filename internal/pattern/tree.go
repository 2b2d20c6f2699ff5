package pattern

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// parse reads an RE2 expression. Its errors name the remedy.
func parse(expr string) (*syntax.Regexp, error) {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err == nil {
		return tree, nil
	}
	var bad *syntax.Error
	if !errors.As(err, &bad) {
		return nil, err
	}
	return nil, fmt.Errorf("%s: `%s`; text that is to match as it stands goes through regexp.QuoteMeta", bad.Code, bad.Expr)
}

// trimAnchors returns the tree without ^ and $ at its ends, where every pattern is
// anchored anyway; the tree itself if it has none.
func trimAnchors(tree *syntax.Regexp) *syntax.Regexp {
	subs := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		subs = tree.Sub
	}
	kept := subs
	for len(kept) > 0 && kept[0].Op == syntax.OpBeginText {
		kept = kept[1:]
	}
	for len(kept) > 0 && kept[len(kept)-1].Op == syntax.OpEndText {
		kept = kept[:len(kept)-1]
	}
	switch {
	case len(kept) == len(subs):
		return tree
	case len(kept) == 0:
		return &syntax.Regexp{Op: syntax.OpEmptyMatch}
	case len(kept) == 1:
		return kept[0]
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Flags: tree.Flags, Sub: kept}
}

// plainText returns the one text that the tree matches, byte for byte, and
// whether it says nothing else.
func plainText(tree *syntax.Regexp) (string, bool) {
	switch tree.Op {
	case syntax.OpEmptyMatch:
		return "", true
	case syntax.OpLiteral:
		return string(tree.Rune), isVerbatimLiteral(tree)
	case syntax.OpCapture:
		return plainText(tree.Sub[0])
	case syntax.OpConcat:
		text := ""
		for _, sub := range tree.Sub {
			more, ok := plainText(sub)
			if !ok {
				return "", false
			}
			text += more
		}
		return text, true
	}
	return "", false
}

// isVerbatim reports whether r, in a literal with the flags, matches its UTF-8
// encoding and no other bytes. U+FFFD also matches every byte that is not UTF-8, a
// surrogate has no encoding, and under (?i) a letter matches its other case.
func isVerbatim(r rune, flags syntax.Flags) bool {
	return r != utf8.RuneError && utf8.ValidRune(r) && (flags&syntax.FoldCase == 0 || unicode.SimpleFold(r) == r)
}

// isVerbatimLiteral reports whether all runes of the literal are verbatim.
func isVerbatimLiteral(tree *syntax.Regexp) bool {
	return !slices.ContainsFunc(tree.Rune, func(r rune) bool { return !isVerbatim(r, tree.Flags) })
}
