package pattern

import "regexp/syntax"

// maxBeginnings limits how many texts beginnings returns. A pattern with more, such as
// [a-z]x, has shorter ones instead, "" in the end, and is tried for more selectors.
const maxBeginnings = 16

// unknown is the result of beginnings when nothing is known: any text may match.
func unknown() ([]string, bool) { return []string{""}, false }

// beginnings returns texts such that every match of the tree begins with one of them.
// If finite is true every match is one of them. The result may be less precise than
// possible, but never wrong.
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

// ending returns a text with which every match of the tree ends, "" if it knows none.
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
