package pattern

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// assemble turns the tree of pat into a text with which every match begins and a
// program for what follows it. exact is false if there is no such program.
func assemble(pat *Pattern, tree *syntax.Regexp) (head string, p program, exact bool) {
	if len(pat.groups) > maxParams || !p.add(tree, pat.groups) {
		return "", nil, false
	}
	if pat.prefix {
		below := step{op: opBelow, text: "/", param: int8(len(pat.groups) - 1)}
		if len(p) == 0 {
			below.text = "" // every selector is below the prefix ""
		}
		p = append(p, below)
	}
	if !p.makeExact() {
		return "", nil, false
	}
	for len(p) > 0 && p[0].op == opText && p[0].param == noParam {
		head += p[0].text
		p = p[1:]
	}
	return head, p, true
}

// add appends the steps for the tree. groups has the capture group of each parameter.
// It returns false if steps cannot express the tree.
func (p *program) add(tree *syntax.Regexp, groups []int) bool {
	switch tree.Op {
	case syntax.OpEmptyMatch:
		return true
	case syntax.OpLiteral:
		if !isVerbatimLiteral(tree) {
			return false
		}
		*p = append(*p, step{op: opText, param: noParam, text: string(tree.Rune)})
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
		return p.addRepeat(tree.Sub[0], 0, unlimited)
	case syntax.OpPlus:
		return p.addRepeat(tree.Sub[0], 1, unlimited)
	case syntax.OpRepeat:
		most := int32(unlimited)
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

// addCapture appends the steps of a group. If it is a parameter they stand between
// opOpen and opClose, or are one step that has the parameter itself.
func (p *program) addCapture(tree *syntax.Regexp, groups []int) bool {
	param := int8(slices.Index(groups, tree.Cap))
	if param == noParam {
		return p.add(tree.Sub[0], groups)
	}
	start := len(*p)
	*p = append(*p, step{op: opOpen, param: param})
	if !p.add(tree.Sub[0], groups) {
		return false
	}
	if inner := (*p)[start+1:]; len(inner) == 1 && inner[0].param == noParam {
		inner[0].param = param
		*p = slices.Delete(*p, start, start+1)
		return true
	}
	*p = append(*p, step{op: opClose, param: param})
	return true
}

// addRepeat appends a step that takes from least to most runes of a class.
func (p *program) addRepeat(class *syntax.Regexp, least, most int32) bool {
	set, multibyte := setOf(class)
	if set == nil {
		return false
	}
	// A step counts bytes, so with runes of several bytes it can only tell none, one
	// or more, and no limit.
	if multibyte && (least > 1 || most != unlimited) {
		return false
	}
	*p = append(*p, step{op: opRepeat, param: noParam, set: set, min: least, max: most})
	return true
}

// addChoice appends a step that takes one of the texts that the tree matches.
func (p *program) addChoice(tree *syntax.Regexp) bool {
	if !onlyText(tree) {
		return false
	}
	texts, finite := beginnings(tree)
	if !finite {
		return false
	}
	slices.Sort(texts)
	*p = append(*p, step{op: opChoose, param: noParam, texts: slices.Compact(texts)})
	return true
}

// onlyText reports whether the tree has neither groups nor assertions such as ^ and
// \b, which texts cannot express.
func onlyText(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpEmptyMatch, syntax.OpConcat, syntax.OpAlternate, syntax.OpQuest:
		return !slices.ContainsFunc(tree.Sub, func(sub *syntax.Regexp) bool { return !onlyText(sub) })
	}
	return false
}

// varying is the length of texts that have different lengths.
const varying = -1

// makeExact reports whether each step can take only one number of bytes if the
// program is to match. It replaces opRepeat by opAllBut and opChoose by opChooseLast
// where that makes it so.
//
// A repetition has no choice
//   - if none of its bytes can be the first byte of what comes after it, so that it
//     has to take all it can, or
//   - if what comes after it has a fixed length, so that it has to take all before that.
//
// A choice has none if it is the last step, or if the next bytes tell which of its
// texts it is: see isDistinct.
func (p program) makeExact() bool {
	// It goes from the last step to the first. Of the steps after the current one:
	var first byteSet // the bytes with which their match can begin
	length := 0       // the length of their match, or varying
	for i := len(p) - 1; i >= 0; i-- {
		st := &p[i]
		switch st.op {
		case opText:
			first = byteSet{}
			first.add(st.text[0])
			length = plus(length, len(st.text))
		case opBelow:
			if st.text != "" {
				first.add(st.text[0])
			}
			length = varying
		case opRepeat:
			if st.min != st.max && st.set.intersects(&first) {
				if length == varying {
					return false
				}
				st.op, st.rest = opAllBut, int32(length)
			}
			if st.min > 0 {
				first = byteSet{}
			}
			first.addAll(st.set)
			if st.min == st.max {
				length = plus(length, int(st.min))
			} else {
				length = varying
			}
		case opChoose:
			if length == 0 {
				st.op = opChooseLast
			} else if !st.isDistinct(&first) {
				return false
			}
			first = st.first(&first)
			length = plus(length, st.length())
		}
	}
	return true
}

// isDistinct reports whether at most one of the texts of an opChoose can be right: none
// of them is the beginning of another, and where one is "" the others do not begin with
// a byte of next, the bytes with which the steps after it can begin.
func (st *step) isDistinct(next *byteSet) bool {
	for _, a := range st.texts {
		for _, b := range st.texts {
			switch {
			case a == b:
			case a != "" && strings.HasPrefix(b, a):
				return false
			case a == "" && next.has(b[0]):
				return false
			}
		}
	}
	// "" is right if no other text is, so it has to be tried last.
	if st.texts[0] == "" {
		st.texts = append(slices.Clone(st.texts[1:]), "")
	}
	return true
}

// first returns the bytes with which a match of an opChoose and the steps after it can
// begin. The steps after it can begin with next.
func (st *step) first(next *byteSet) byteSet {
	var first byteSet
	for _, text := range st.texts {
		if text == "" {
			first.addAll(next)
		} else {
			first.add(text[0])
		}
	}
	return first
}

// length returns the length of the texts of an opChoose, or varying.
func (st *step) length() int {
	for _, text := range st.texts {
		if len(text) != len(st.texts[0]) {
			return varying
		}
	}
	return len(st.texts[0])
}

// plus adds two lengths, each of which may be varying.
func plus(a, b int) int {
	if a == varying || b == varying {
		return varying
	}
	return a + b
}
