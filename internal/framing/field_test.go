package framing_test

import (
	"testing"

	"gopherframe/internal/framing"
)

func TestField(t *testing.T) {
	for s, want := range map[string]string{"": "", "a b": "a b", "\x00\r\n\t": "    ", "a\tb\xff": "a b\xff", "\v\u2028": "\v\u2028"} {
		if got := framing.Field(s); got != want {
			t.Errorf("%q is sent as %q, want %q", s, got, want)
		}
	}
}
