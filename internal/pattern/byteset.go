package pattern

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A byteSet is a set of bytes. Its zero value is empty.
type byteSet struct {
	bits [4]uint64 // byte c is bit c%64 of bits[c/64]

	// For span, set by setOf: how many bytes the set lacks, and the last of them.
	lacks  int
	absent byte
}

func (b *byteSet) has(c byte) bool { return b.bits[c/64]>>(c%64)&1 != 0 }

func (b *byteSet) add(c byte) { b.bits[c/64] |= 1 << (c % 64) }

func (b *byteSet) addAll(c *byteSet) {
	for i := range b.bits {
		b.bits[i] |= c.bits[i]
	}
}

func (b *byteSet) intersects(c *byteSet) bool {
	for i := range b.bits {
		if b.bits[i]&c.bits[i] != 0 {
			return true
		}
	}
	return false
}

// span returns how many bytes at the start of s are in the set.
func (b *byteSet) span(s string) int {
	switch b.lacks {
	case 0:
		return len(s)
	case 1: // as in [^/]
		if i := strings.IndexByte(s, b.absent); i >= 0 {
			return i
		}
		return len(s)
	}
	for i := range len(s) {
		if !b.has(s[i]) {
			return i
		}
	}
	return len(s)
}

// setOf returns the set of bytes that can stand for the class: a text consists of runes
// of the class exactly if all its bytes are in the set. It returns nil if there is no
// such set, because the class has some of the runes beyond ASCII and not all.
//
// If the class has all of them, the set has all bytes from 0x80 on, and multibyte is
// true. This includes bytes that are not UTF-8: RE2 reads each as the rune U+FFFD.
func setOf(class *syntax.Regexp) (set *byteSet, multibyte bool) {
	var ranges []rune
	switch class.Op {
	case syntax.OpAnyChar:
		ranges = []rune{0, utf8.MaxRune}
	case syntax.OpAnyCharNotNL:
		ranges = []rune{0, '\n' - 1, '\n' + 1, utf8.MaxRune}
	case syntax.OpCharClass:
		ranges = class.Rune
	case syntax.OpLiteral:
		if len(class.Rune) != 1 || !isVerbatimLiteral(class) {
			return nil, false
		}
		ranges = []rune{class.Rune[0], class.Rune[0]}
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
			multibyte = true
			high = 0xFF
		}
		for c := low; c <= high; c++ {
			set.add(byte(c))
		}
	}
	for c := range 256 {
		if !set.has(byte(c)) {
			set.absent = byte(c)
			set.lacks++
		}
	}
	return set, multibyte
}
