package pattern

import (
	"regexp/syntax"
)

// maxBeginnings bounds how many texts stand for a pattern in an Index: beyond it
// the pattern is tried more often, which is only slower.
const maxBeginnings = 16

// unknown is the beginning of everything.
func unknown() ([]string, bool) { return []string{""}, false }

// beginnings returns texts of which every text that the tree matches begins with
// at least one. If finite is true it matches no others than these. Where there is
// doubt it says less.
func beginnings(tree *syntax.Regexp) (texts []string, finite bool) {
	switch tree.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpBeginLine:
		return []string{""}, true
	case syntax.OpLiteral:
		return literalBeginning(tree)
	case syntax.OpCharClass:
		return classBeginnings(tree.Rune)
	case syntax.OpCapture:
		return beginnings(tree.Sub[0])
	case syntax.OpPlus:
		texts, _ = beginnings(tree.Sub[0])
		return texts, false
	case syntax.OpRepeat:
		if tree.Min == 0 {
			return unknown()
		}
		texts, _ = beginnings(tree.Sub[0])
		return texts, false
	case syntax.OpQuest:
		texts, finite = beginnings(tree.Sub[0])
		return append(texts, ""), finite
	case syntax.OpConcat:
		return concatBeginnings(tree.Sub)
	case syntax.OpAlternate:
		return alternateBeginnings(tree.Sub)
	}
	return unknown()
}

func literalBeginning(tree *syntax.Regexp) ([]string, bool) {
	for i, r := range tree.Rune {
		if !isVerbatim(r, tree.Flags) {
			return []string{string(tree.Rune[:i])}, false
		}
	}
	return []string{string(tree.Rune)}, true
}

func classBeginnings(ranges []rune) ([]string, bool) {
	var texts []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(texts) == maxBeginnings || !isVerbatim(r, 0) {
				return unknown()
			}
			texts = append(texts, string(r))
		}
	}
	if len(texts) == 0 {
		return unknown()
	}
	return texts, true
}

func concatBeginnings(subs []*syntax.Regexp) ([]string, bool) {
	texts, finite := []string{""}, true
	for _, sub := range subs {
		more, whole := beginnings(sub)
		if len(texts)*len(more) > maxBeginnings {
			return texts, false
		}
		var joined []string
		for _, text := range texts {
			for _, next := range more {
				joined = append(joined, text+next)
			}
		}
		texts, finite = joined, whole
		if !finite {
			break
		}
	}
	return texts, finite
}

func alternateBeginnings(subs []*syntax.Regexp) ([]string, bool) {
	var texts []string
	finite := true
	for _, sub := range subs {
		more, whole := beginnings(sub)
		texts = append(texts, more...)
		finite = finite && whole
	}
	if len(texts) > maxBeginnings {
		return unknown()
	}
	return texts, finite
}

// ending returns a text that every match of the tree ends with, "" if none is
// known.
func ending(tree *syntax.Regexp) string {
	switch tree.Op {
	case syntax.OpLiteral:
		if isVerbatimLiteral(tree) {
			return string(tree.Rune)
		}
	case syntax.OpCapture:
		return ending(tree.Sub[0])
	case syntax.OpConcat:
		return ending(tree.Sub[len(tree.Sub)-1])
	}
	return ""
}
