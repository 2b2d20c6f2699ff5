package answer

import (
	"strings"
	"testing"
)

func TestRefusal(t *testing.T) {
	const refusal = "3Gone\t\terror.host\t0\r\n"
	long := "3" + strings.Repeat("x", MaxRefusal) + "\t\r\n.\r\n"
	tests := []struct {
		name, wire string
		text       string
		soFar      State // if more may follow
		whole      State
	}{
		{"nothing", "", "", Undecided, IsOther},
		{"refusal", refusal + ".\r\n", "Gone", IsRefusal, IsRefusal},
		{"lines end LF", "3Gone\t\te\t0\n.\n", "Gone", IsRefusal, IsRefusal},
		{"no final period", refusal, "Gone", Undecided, IsRefusal},
		{"no line end", "3Gone\t", "Gone", Undecided, IsRefusal},
		{"period without line end", refusal + ".", "Gone", Undecided, IsRefusal},
		{"period and half a line end", refusal + ".\r", "Gone", Undecided, IsRefusal},
		{"bytes after the period", refusal + ".\r\nmore", "Gone", IsRefusal, IsRefusal},
		{"no text", "3\t\r\n.\r\n", "an error", IsRefusal, IsRefusal},
		{"two items", refusal + "0a\tb\th\t70\r\n.\r\n", "", IsOther, IsOther},
		{"an empty line", refusal + "\r\n", "", IsOther, IsOther},
		{"a text", "3 is a number\r\n.\r\n", "", IsOther, IsOther},
		{"a text with a TAB after its end", "3 is a number\n.\n\t", "", IsOther, IsOther},
		{"a text so far", "3 is a nu", "", Undecided, IsOther},
		{"a menu", "0a\tb\th\t70\r\n.\r\n", "", IsOther, IsOther},
		{"too long", long, "", IsOther, IsOther},
		{"with a lot behind it", refusal + ".\r\n" + long, "Gone", IsRefusal, IsRefusal},
	}
	for _, tt := range tests {
		text := ""
		if tt.soFar == IsRefusal {
			text = tt.text
		}
		if got, state := Refusal([]byte(tt.wire), false); got != text || state != tt.soFar {
			t.Errorf("%s: so far %q, %v, want %q, %v", tt.name, got, state, text, tt.soFar)
		}
		if got, state := Refusal([]byte(tt.wire), true); got != tt.text || state != tt.whole {
			t.Errorf("%s: the whole is %q, %v, want %q, %v", tt.name, got, state, tt.text, tt.whole)
		}
	}
}

// FuzzRefusal: once the beginning of an answer decides, the rest of it changes nothing,
// and the whole is always decided.
func FuzzRefusal(f *testing.F) {
	for _, seed := range []string{"", "3Gone\t\te\t0\r\n.\r\n", "3Gone\t\n.\n0a\tb\n", "3x\n.\n\t", "3\t\n.\r", "0a\tb\n"} {
		f.Add([]byte(seed), uint(len(seed)/2))
	}
	f.Fuzz(func(t *testing.T, wire []byte, n uint) {
		text, state := Refusal(wire, true)
		if state == Undecided {
			t.Fatalf("%q is undecided", wire)
		}
		if (text != "") != (state == IsRefusal) {
			t.Errorf("%q has the text %q and is %v", wire, text, state)
		}
		first := wire[:min(n, uint(len(wire)))]
		if got, early := Refusal(first, false); early != Undecided && (early != state || got != text) {
			t.Errorf("%q begins as %q, %v, and is %q, %v", wire, got, early, text, state)
		}
	})
}
