package framing_test

import (
	"testing"

	"gopherframe/internal/framing"
)

func TestIsHost(t *testing.T) {
	for text, want := range map[string]bool{
		"gopher.example": true, "localhost": true, "127.0.0.1": true, "::1": true, "grüße.example": true, "a_b": true,
		"": false, " ": false, "a b": false, "a/b": false, "a?b": false, "a#b": false, "a%b": false, "a@b": false,
		"a:70": false, "[::1]": false, "a\\b": false, "a\x7f": false, "a\tb": false, "fe80::1%eth0": false,
	} {
		if got := framing.IsHost(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
