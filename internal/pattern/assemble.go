package pattern

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// assemble returns the program for the pattern, nil where one pass is not exact.
func assemble(pat *Pattern, tree *syntax.Regexp) program {
	if len(pat.groups) > maxOpen {
		return nil
	}
	p := program{}
	if !p.add(tree, pat.groups) {
		return nil
	}
	if pat.prefix {
		end := step{op: tail, text: "/", value: int8(len(pat.groups) - 1)}
		if len(p) == 0 {
			end.text = "" // below nothing is everything
		}
		p = append(p, end)
	}
	if !p.decide() {
		return nil
	}
	return p
}

// add appends the steps for the tree.
func (p *program) add(tree *syntax.Regexp, groups []int) bool {
	switch tree.Op {
	case syntax.OpEmptyMatch:
		return true
	case syntax.OpLiteral:
		if !isVerbatimLiteral(tree) {
			return false
		}
		*p = append(*p, step{op: match, value: none, text: string(tree.Rune)})
		return true
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			if !p.add(sub, groups) {
				return false
			}
		}
		return true
	case syntax.OpCapture:
		return p.addCapture(tree, groups)
	case syntax.OpStar:
		return p.addRepeat(tree.Sub[0], 0, manifold)
	case syntax.OpPlus:
		return p.addRepeat(tree.Sub[0], 1, manifold)
	case syntax.OpRepeat:
		most := int32(manifold)
		if tree.Max >= 0 {
			most = int32(tree.Max)
		}
		return p.addRepeat(tree.Sub[0], int32(tree.Min), most)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return p.addRepeat(tree, 1, 1) || p.addChoice(tree)
	case syntax.OpQuest:
		return p.addRepeat(tree.Sub[0], 0, 1) || p.addChoice(tree)
	case syntax.OpAlternate:
		return p.addChoice(tree)
	}
	return false
}

// addCapture appends the steps of a group, which is a parameter if it is among
// groups. One that is a single step needs no others to mark its ends.
func (p *program) addCapture(tree *syntax.Regexp, groups []int) bool {
	value := int8(slices.Index(groups, tree.Cap))
	if value == none {
		return p.add(tree.Sub[0], groups)
	}
	start := len(*p)
	*p = append(*p, step{op: open, value: value})
	if !p.add(tree.Sub[0], groups) {
		return false
	}
	if inner := (*p)[start+1:]; len(inner) == 1 && inner[0].value == none {
		inner[0].value = value
		*p = slices.Delete(*p, start, start+1)
		return true
	}
	*p = append(*p, step{op: closing, value: value})
	return true
}

func (p *program) addRepeat(tree *syntax.Regexp, least, most int32) bool {
	set, multi := setOf(tree)
	if set == nil {
		return false
	}
	// A rune beyond ASCII is several bytes, so then only "at least none or
	// one" can be counted in bytes.
	if multi && (least > 1 || most != manifold) {
		return false
	}
	*p = append(*p, step{op: repeat, value: none, set: set, min: least, max: most})
	return true
}

func (p *program) addChoice(tree *syntax.Regexp) bool {
	if !onlyText(tree) {
		return false
	}
	texts, finite := beginnings(tree)
	if !finite {
		return false
	}
	slices.Sort(texts)
	*p = append(*p, step{op: choose, value: none, texts: slices.Compact(texts)})
	return true
}

// onlyText reports whether the tree says only which bytes are there, and not
// where, nor what is to be a parameter.
func onlyText(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpEmptyMatch, syntax.OpConcat, syntax.OpAlternate, syntax.OpQuest:
		return !slices.ContainsFunc(tree.Sub, func(sub *syntax.Regexp) bool { return !onlyText(sub) })
	}
	return false
}

// decide reports whether the program is exact, and chooses between ways to run
// its steps. It goes backwards, so that it knows what comes after each step:
// the bytes with which that can begin, and its length if that is always the same.
//
// Where a step could take more or fewer bytes it is exact if
//   - no byte it could go on with begins what comes after it, so that it has to
//     take all it can, or
//   - what comes after it has one length, so that it has to take all but that.
func (p program) decide() bool {
	var first byteSet // with which the rest can begin
	length := 0       // of the rest, none if it varies
	for i := len(p) - 1; i >= 0; i-- {
		st := &p[i]
		switch st.op {
		case match:
			first = byteSet{}
			first.has[st.text[0]] = true
			length = plus(length, len(st.text))
		case tail:
			if st.text != "" {
				first.has[st.text[0]] = true
			}
			length = none
		case repeat:
			varies := st.min != st.max
			if varies && st.set.meets(&first) {
				if length == none {
					return false
				}
				st.op, st.rest = fill, int32(length)
			}
			if st.min > 0 {
				first = byteSet{}
			}
			first.add(st.set)
			length = plus(length, int(st.min))
			if varies {
				length = none
			}
		case choose:
			if length == 0 {
				st.op = chooseLast
			} else if !st.decided(&first) {
				return false
			}
			begins, size := st.beginnings(&first)
			first, length = begins, plus(length, size)
		}
	}
	return true
}

// decided reports whether the next bytes say which of the texts is there: none
// of them begins another one, and if one is empty what comes after it begins in
// another way than they do.
func (st *step) decided(first *byteSet) bool {
	for _, a := range st.texts {
		for _, b := range st.texts {
			switch {
			case a == b:
			case a != "" && strings.HasPrefix(b, a):
				return false
			case a == "" && first.has[b[0]]:
				return false
			}
		}
	}
	// The empty text is there if no other is: it comes first in order.
	if st.texts[0] == "" {
		st.texts = append(slices.Clone(st.texts[1:]), "")
	}
	return true
}

// beginnings returns the bytes with which the step and, where it is empty, the
// rest can begin, and the length of its texts, none if they differ.
func (st *step) beginnings(rest *byteSet) (first byteSet, length int) {
	length = len(st.texts[0])
	for _, text := range st.texts {
		if text == "" {
			first.add(rest)
		} else {
			first.has[text[0]] = true
		}
		if len(text) != length {
			length = none
		}
	}
	return first, length
}

// plus adds lengths of which either may be none.
func plus(a, b int) int {
	if a == none || b == none {
		return none
	}
	return a + b
}
