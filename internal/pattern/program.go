package pattern

import (
	"fmt"
	"math"
	"strings"
)

// A program matches a text from left to right in one pass, without backtracking and
// without allocation.
//
// Only some patterns have one: those made of texts, choices between texts and
// repetitions of a character class, if a selector can be divided among these parts in
// at most one way. Greedy, lazy and leftmost-first matching then give the same
// result, so the program finds the same parameters as RE2. See makeExact.
type program []step

// A step matches some of the bytes that the steps before it have left, or marks where
// a parameter begins or ends.
type step struct {
	op       op
	param    int8     // index of the parameter that begins, ends or is the bytes taken; noParam if none
	min, max int32    // of opRepeat and opAllBut: how many bytes
	rest     int32    // of opAllBut: how many bytes the steps after it take
	set      *byteSet // of opRepeat and opAllBut: which bytes
	text     string   // of opText and opBelow
	texts    []string // of opChoose and opChooseLast
}

type op byte

const (
	opText       op = iota // takes text
	opRepeat               // takes as many bytes of set as there are, at most max
	opAllBut               // takes all bytes except the last rest, which later steps need
	opChoose               // takes the one of texts that comes next
	opChooseLast           // takes the one of texts that is all there is left
	opOpen                 // begins the parameter
	opClose                // ends the parameter
	opBelow                // at the end of the selector the parameter is ""; else takes text, and the rest is the parameter
)

const (
	noParam   = -1            // in step.param
	unlimited = math.MaxInt32 // in step.max, for * and +
	maxParams = 8             // how many parameters a program can have
)

// run matches s[at:]. The parameters are put into values, see Pattern.Match.
func (p program) run(s string, at int, values []string) bool {
	var opened [maxParams]int // where each parameter begins
	for i := range p {
		st := &p[i]
		begin := at
		switch st.op {
		case opText:
			if !strings.HasPrefix(s[at:], st.text) {
				return false
			}
			at += len(st.text)
		case opRepeat:
			n := st.set.span(s[at:])
			if n > int(st.max) {
				n = int(st.max)
			}
			if n < int(st.min) {
				return false
			}
			at += n
		case opAllBut:
			n := len(s) - at - int(st.rest)
			if n < int(st.min) || n > int(st.max) || st.set.span(s[at:at+n]) < n {
				return false
			}
			at += n
		case opChoose, opChooseLast:
			n := st.choice(s[at:])
			if n < 0 {
				return false
			}
			at += n
		case opOpen:
			opened[st.param] = at
			continue
		case opClose:
			values[st.param] = s[opened[st.param]:at]
			continue
		case opBelow:
			if at == len(s) {
				values[st.param] = ""
				return true
			}
			if !strings.HasPrefix(s[at:], st.text) {
				return false
			}
			values[st.param] = s[at+len(st.text):]
			return true
		}
		if st.param >= 0 {
			values[st.param] = s[begin:at]
		}
	}
	return at == len(s)
}

// choice returns the length of the one of st.texts that s begins with, or is for
// opChooseLast. It returns -1 if there is none.
func (st *step) choice(s string) int {
	for _, text := range st.texts {
		if strings.HasPrefix(s, text) && (st.op == opChoose || len(s) == len(text)) {
			return len(text)
		}
	}
	return -1
}

// key identifies a program: two with the same key do the same.
func (p program) key() string {
	var key []byte
	for _, st := range p {
		key = fmt.Appendf(key, "%d %d %d %d %d %q %q ", st.op, st.param, st.min, st.max, st.rest, st.text, st.texts)
		if st.set != nil {
			key = fmt.Appendf(key, "%x ", st.set.bits)
		}
	}
	return string(key)
}
