package pattern

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// parse parses an RE2 expression. Its errors say how to mend it.
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
// anchored anyway. It returns the tree itself if it has none there.
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

// isVerbatim reports whether r, in a literal with these flags, matches its UTF-8
// encoding and no other bytes. U+FFFD also matches every byte that is not UTF-8, a
// surrogate has no encoding, and under (?i) a letter also matches its other case.
func isVerbatim(r rune, flags syntax.Flags) bool {
	return r != utf8.RuneError && utf8.ValidRune(r) && (flags&syntax.FoldCase == 0 || unicode.SimpleFold(r) == r)
}

// isVerbatimLiteral reports whether all runes of an OpLiteral are verbatim.
func isVerbatimLiteral(tree *syntax.Regexp) bool {
	return !slices.ContainsFunc(tree.Rune, func(r rune) bool { return !isVerbatim(r, tree.Flags) })
}
