package answer

import (
	"bytes"
	"cmp"

	"gopherframe"
	"gopherframe/internal/framing"
)

// MaxRefusal is how many bytes a refusal may have. A longer answer is none, so that one
// that begins like a refusal does not have to be held in memory.
const MaxRefusal = 1024

// A State says whether an answer is a refusal: one error item and, unless the answer
// ends there, a final period. Bytes after the period do not count.
type State int

const (
	IsOther   State = iota // a menu, a text, a file, or nothing
	IsRefusal              // an error item and nothing else
	Undecided              // a refusal so far
)

// Refusal says whether wire, the first bytes of an answer or all of it if whole is true,
// is a refusal, and if so returns the text of its item. A whole answer is never
// Undecided, and once the first bytes are decided more bytes change nothing.
func Refusal(wire []byte, whole bool) (text string, state State) {
	undecided := Undecided
	if len(wire) > MaxRefusal {
		wire, whole, undecided = wire[:MaxRefusal], false, IsOther
	}
	if whole {
		undecided = IsOther
	}
	if len(wire) == 0 {
		return "", undecided
	}
	if wire[0] != byte(gopherframe.TypeError) {
		return "", IsOther
	}
	line, rest, ended := bytes.Cut(wire, []byte("\n"))
	if !ended && !whole {
		return "", undecided
	}
	item := parseItem(string(bytes.TrimSuffix(line, []byte("\r"))))
	if item.Type != gopherframe.TypeError { // there is no TAB
		return "", IsOther
	}
	end, _, ended := bytes.Cut(rest, []byte("\n"))
	isFinal := string(bytes.TrimSuffix(end, []byte("\r"))) == framing.Final
	switch {
	case isFinal && (ended || whole) || whole && len(rest) == 0:
		return cmp.Or(item.Name, "an error"), IsRefusal
	case !ended && (isFinal || len(rest) == 0):
		return "", undecided
	}
	return "", IsOther
}
