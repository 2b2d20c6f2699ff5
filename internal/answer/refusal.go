package answer

import (
	"bytes"
	"cmp"

	"gopherframe"
)

// MaxRefusal is how many bytes of an answer decide whether it is a refusal.
const MaxRefusal = 1024

// A State says what the bytes of an answer are.
type State int

const (
	IsOther   State = iota // a menu, a text, a file, or nothing
	IsRefusal              // one error item and nothing else
	Undecided              // a refusal, if the rest is as expected
)

// Refusal looks at the first bytes of an answer, or at all of it if whole is true, and
// returns the text of the error item that it is.
func Refusal(wire []byte, whole bool) (text string, state State) {
	if len(wire) == 0 || wire[0] != byte(gopherframe.TypeError) || len(wire) > MaxRefusal {
		if len(wire) == 0 && !whole {
			return "", Undecided
		}
		return "", IsOther
	}
	ended := whole || bytes.HasSuffix(wire, []byte("\n.\r\n")) || bytes.HasSuffix(wire, []byte("\n.\n"))
	menu, err := ParseMenu(bytes.NewReader(wire))
	switch {
	case err != nil:
		return "", IsOther
	case !ended && len(menu.Items) > 1:
		return "", IsOther
	case !ended:
		return "", Undecided
	case len(menu.Items) != 1 || menu.Items[0].Type != gopherframe.TypeError || !bytes.Contains(wire, []byte("\t")):
		return "", IsOther
	}
	return cmp.Or(menu.Items[0].Name, "an error"), IsRefusal
}
