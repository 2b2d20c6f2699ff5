package pattern

import (
	"math"
	"strings"
)

// A program matches a selector in one pass, byte by byte, without backtracking
// and without allocation.
//
// It exists only for patterns with which that is exact: sequences of texts,
// choices between texts and repetitions of character classes for which there is
// at most one way to divide a selector among them. Then greedy, lazy and
// leftmost-first all mean the same, and RE2 finds the same parameters: see decide.
type program []step

type step struct {
	op       op
	value    int8     // open, closing, tail: index of the parameter; else of the one that is this step, or none
	min, max int32    // repeat, fill: this often
	rest     int32    // fill: what comes after has this many bytes
	text     string   // match: these bytes; tail: the separator
	set      *byteSet // repeat, fill: bytes of this set
	texts    []string // choose, chooseLast: one of these
}

type op byte

const (
	match      op = iota
	repeat        // as many bytes as there are
	fill          // all but what comes after
	choose        // the text that is there
	chooseLast    // the text that is all there is
	open
	closing
	tail // the end, or the separator and anything
)

const (
	none     = -1
	manifold = math.MaxInt32 // the maximum of * and +
	maxOpen  = 8             // how many parameters a program can have
)

// run matches s from position at on: see Pattern.Match.
func (p program) run(s string, at int, values []string) bool {
	var opened [maxOpen]int
	for i := range p {
		st := &p[i]
		begin := at
		switch st.op {
		case match:
			if !strings.HasPrefix(s[at:], st.text) {
				return false
			}
			at += len(st.text)
		case repeat:
			n := st.set.span(s[at:])
			if n > int(st.max) {
				n = int(st.max)
			}
			if n < int(st.min) {
				return false
			}
			at += n
		case fill:
			n := len(s) - at - int(st.rest)
			if n < int(st.min) || n > int(st.max) || st.set.span(s[at:at+n]) < n {
				return false
			}
			at += n
		case choose, chooseLast:
			n := st.choice(s[at:])
			if n < 0 {
				return false
			}
			at += n
		case open:
			opened[st.value] = at
			continue
		case closing:
			values[st.value] = s[opened[st.value]:at]
			continue
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
		if st.value >= 0 {
			values[st.value] = s[begin:at]
		}
	}
	return at == len(s)
}

// choice returns the length of the text that s begins with, -1 if there is none.
func (st *step) choice(s string) int {
	for _, text := range st.texts {
		if strings.HasPrefix(s, text) && (st.op == choose || len(s) == len(text)) {
			return len(text)
		}
	}
	return -1
}
