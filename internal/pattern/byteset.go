package pattern

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A byteSet is a set of bytes.
type byteSet struct {
	has     [256]bool
	lacking int  // how many bytes are not in it
	allBut  byte // the one that is not, if there is just one
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
