package harmless_test

import (
	"testing"

	"gopherframe/internal/harmless"
)

func TestHarmless(t *testing.T) {
	for _, tt := range []struct{ in, text, line, quoted string }{
		{"grüße 你好", "grüße 你好", "grüße 你好", "grüße 你好"},
		{"a\tb\r\n", "a\tb??", "a b  ", `"a\tb\r\n"`},
		{"\x1b]0;x\a\x7f", "?]0;x??", " ]0;x  ", `"\x1b]0;x\a\x7f"`},
		{"a\u202eb\u2066", "a?b?", "a b ", `"a\u202eb\u2066"`},
		{"\u2028\u2029\u0085", "???", "   ", `"\u2028\u2029\u0085"`},
		{"\u200fשלום", "\u200fשלום", "\u200fשלום", "\"\\u200fשלום\""}, // a mark that the script needs
		{"gr\xfc\x9b", "gr??", "gr\ufffd\ufffd", `"gr\xfc\x9b"`},
		{`"`, `"`, `"`, `"`},
	} {
		if got := harmless.Text(tt.in); got != tt.text {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.text)
		}
		if got := harmless.Line(tt.in); got != tt.line {
			t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.line)
		}
		if got := harmless.Quoted(tt.in); got != tt.quoted {
			t.Errorf("Quoted(%q) = %q, want %q", tt.in, got, tt.quoted)
		}
	}
}
