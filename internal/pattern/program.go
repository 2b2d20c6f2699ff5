package pattern

import (
	"math"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A program matches a selector in one pass, byte by byte, without backtracking
// and without allocation.
//
// It exists only for patterns with which that is exact: sequences of literals
// and repeated character classes in which, after each repetition of variable
// length, no byte of its class can begin what follows. Then there is just one
// way to divide a selector among the steps, so greedy, lazy and leftmost-first
// all mean the same, and RE2 finds the same parameters.
type program []step

type step struct {
	op       op
	text     string   // match: these bytes; tail: the separator
	set      *byteSet // repeat: bytes of this set
	min, max int      // repeat: this often
	value    int      // open, closing, tail: index of the parameter
}

type op byte

const (
	match op = iota
	repeat
	open
	closing
	tail // the end, or the separator and anything
)

// maxOpen is how many parameters a program can have.
const maxOpen = 8

// run is Pattern.Match.
func (p program) run(s string, values []string) bool {
	var opened [maxOpen]int
	at := 0
	for i := range p {
		st := &p[i]
		switch st.op {
		case match:
			if !strings.HasPrefix(s[at:], st.text) {
				return false
			}
			at += len(st.text)
		case repeat:
			n := st.set.span(s[at:])
			if n > st.max {
				n = st.max
			}
			if n < st.min {
				return false
			}
			at += n
		case open:
			opened[st.value] = at
		case closing:
			values[st.value] = s[opened[st.value]:at]
		case tail:
			if at == len(s) {
				values[st.value] = ""
				return true
			}
			if !strings.HasPrefix(s[at:], st.text) {
				return false
			}
			values[st.value] = s[at+len(st.text):]
			return true
		}
	}
	return at == len(s)
}

// assemble returns the program for the pattern, nil where one pass is not exact.
func assemble(pat *Pattern) program {
	if len(pat.groups) > maxOpen {
		return nil
	}
	p := program{}
	if !p.add(pat.tree, pat.groups) {
		return nil
	}
	if pat.prefix {
		end := step{op: tail, text: "/", value: len(pat.groups) - 1}
		if len(p) == 0 {
			end.text = "" // below nothing is everything
		}
		p = append(p, end)
	}
	if !p.deterministic() {
		return nil
	}
	return p
}

func (p *program) add(tree *syntax.Regexp, groups []int) bool {
	switch tree.Op {
	case syntax.OpEmptyMatch:
		return true
	case syntax.OpLiteral:
		if !isPlainLiteral(tree) {
			return false
		}
		*p = append(*p, step{op: match, text: string(tree.Rune)})
		return true
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			if !p.add(sub, groups) {
				return false
			}
		}
		return true
	case syntax.OpCapture:
		value := -1
		for i, group := range groups {
			if group == tree.Cap {
				value = i
			}
		}
		if value < 0 {
			return p.add(tree.Sub[0], groups)
		}
		*p = append(*p, step{op: open, value: value})
		if !p.add(tree.Sub[0], groups) {
			return false
		}
		*p = append(*p, step{op: closing, value: value})
		return true
	case syntax.OpStar:
		return p.addRepeat(tree.Sub[0], 0, math.MaxInt)
	case syntax.OpPlus:
		return p.addRepeat(tree.Sub[0], 1, math.MaxInt)
	case syntax.OpQuest:
		return p.addRepeat(tree.Sub[0], 0, 1)
	case syntax.OpRepeat:
		most := tree.Max
		if most < 0 {
			most = math.MaxInt
		}
		return p.addRepeat(tree.Sub[0], tree.Min, most)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return p.addRepeat(tree, 1, 1)
	}
	return false
}

func (p *program) addRepeat(tree *syntax.Regexp, least, most int) bool {
	set, multi := setOf(tree)
	if set == nil {
		return false
	}
	// A rune beyond ASCII is several bytes, so then only "at least none or
	// one" can be counted in bytes.
	if multi && (least > 1 || most != math.MaxInt) {
		return false
	}
	*p = append(*p, step{op: repeat, set: set, min: least, max: most})
	return true
}

// deterministic reports whether no repetition of variable length can take a
// byte with which what comes after it could begin.
func (p program) deterministic() bool {
	var first byteSet // bytes with which the rest can begin
	for i := len(p) - 1; i >= 0; i-- {
		switch st := p[i]; st.op {
		case match, tail:
			first = byteSet{}
			if st.text != "" {
				first.has[st.text[0]] = true
			}
		case repeat:
			if st.min != st.max && st.set.meets(&first) {
				return false
			}
			if st.min > 0 {
				first = byteSet{}
			}
			first.add(st.set)
		}
	}
	return true
}

// A byteSet is a set of bytes.
type byteSet struct {
	has     [256]bool
	allBut  byte // the only byte that is not in the set, if lacking is 1
	lacking int
}

// span returns how many bytes at the start of s are in the set.
func (b *byteSet) span(s string) int {
	switch b.lacking {
	case 0:
		return len(s)
	case 1:
		if i := strings.IndexByte(s, b.allBut); i >= 0 {
			return i
		}
		return len(s)
	}
	for i := range len(s) {
		if !b.has[s[i]] {
			return i
		}
	}
	return len(s)
}

func (b *byteSet) meets(c *byteSet) bool {
	for i := range b.has {
		if b.has[i] && c.has[i] {
			return true
		}
	}
	return false
}

func (b *byteSet) add(c *byteSet) {
	for i := range b.has {
		b.has[i] = b.has[i] || c.has[i]
	}
}

// setOf returns the bytes that the runes of a class are made of, nil if bytes
// cannot stand for them. multi reports that some of the runes have several: then
// all runes beyond ASCII are in the class, and so are bytes that are no UTF-8,
// which RE2 takes for U+FFFD one by one.
func setOf(tree *syntax.Regexp) (set *byteSet, multi bool) {
	var ranges []rune
	switch tree.Op {
	case syntax.OpAnyChar:
		ranges = []rune{0, utf8.MaxRune}
	case syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, utf8.MaxRune}
	case syntax.OpCharClass:
		ranges = tree.Rune
	case syntax.OpLiteral:
		if len(tree.Rune) != 1 || tree.Flags&syntax.FoldCase != 0 {
			return nil, false
		}
		ranges = []rune{tree.Rune[0], tree.Rune[0]}
	default:
		return nil, false
	}
	if len(ranges) == 0 {
		return nil, false
	}
	set = &byteSet{}
	for i := 0; i < len(ranges); i += 2 {
		low, high := ranges[i], ranges[i+1]
		if high >= utf8.RuneSelf {
			if low > utf8.RuneSelf || high != utf8.MaxRune {
				return nil, false
			}
			multi = true
			high = 0xFF
		}
		for c := low; c <= high; c++ {
			set.has[c] = true
		}
	}
	for c, has := range set.has {
		if !has {
			set.allBut = byte(c)
			set.lacking++
		}
	}
	return set, multi
}
