package framing_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe/internal/framing"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pieces []string
		want   string // without the end of the text
		plain  string // with Plain; "": the same as want
	}{
		{"nothing", nil, "\r\n", ""},
		{"empty pieces", []string{"", ""}, "\r\n", ""},
		{"lines", []string{"a\nb\r\nc\rd\n"}, "a\r\nb\r\nc\r\nd\r\n", ""},
		{"no last line end", []string{"a"}, "a\r\n", ""},
		{"empty lines", []string{"\n\n"}, "\r\n\r\n", ""},
		{"CR and CR LF", []string{"a\r\r\n"}, "a\r\n\r\n", ""},
		{"CR, then LF in another piece", []string{"a\r", "\n", "\nb\n"}, "a\r\n\r\nb\r\n", ""},
		{"CR, then text", []string{"a\r", "b", "\n"}, "a\r\nb\r\n", ""},
		{"CR, an empty piece, LF", []string{"a\r", "", "\n"}, "a\r\n", ""},
		{"CR, text, LF", []string{"\r", "a\n\n"}, "\r\na\r\n\r\n", ""},
		{"periods", []string{".\n..a\nb.\n"}, "..\r\n...a\r\nb.\r\n", ".\r\n..a\r\nb.\r\n"},
		{"a period behind a piece", []string{"a", ".b\n", ".c"}, "a.b\r\n..c\r\n", "a.b\r\n.c\r\n"},
		{"a period behind CR LF", []string{"a\r", "\n.", "."}, "a\r\n...\r\n", "a\r\n..\r\n"},
		{"a period behind CR", []string{"a\r.\r", "."}, "a\r\n..\r\n..\r\n", "a\r\n.\r\n.\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.plain == "" {
				tt.plain = tt.want
			}
			for plain, want := range map[bool]string{false: tt.want + ".\r\n", true: tt.plain} {
				text := framing.Text{Plain: plain}
				var got []byte
				for _, piece := range tt.pieces {
					got = text.Append(got, []byte(piece))
				}
				if diff := cmp.Diff(want, string(text.AppendEnd(got))); diff != "" {
					t.Errorf("plain %v (-want +got):\n%s", plain, diff)
				}
			}
		})
	}
}

// A slowText frames as Text does, but byte by byte.
type slowText struct {
	plain, began, midLine, afterCR bool
	out                            strings.Builder
}

func (t *slowText) write(piece []byte) {
	for _, c := range piece {
		if c == '\n' && t.afterCR {
			t.afterCR = false
			continue
		}
		if c == '.' && !t.midLine && !t.plain {
			t.out.WriteByte('.')
		}
		t.began, t.afterCR, t.midLine = true, c == '\r', c != '\r' && c != '\n'
		if t.midLine {
			t.out.WriteByte(c)
		} else {
			t.out.WriteString("\r\n")
		}
	}
}

func (t *slowText) end() string {
	if t.midLine || !t.began {
		t.out.WriteString("\r\n")
	}
	if !t.plain {
		t.out.WriteString(".\r\n")
	}
	return t.out.String()
}

// FuzzFraming compares Text with slowText. The bytes of cuts are the lengths of the
// pieces, round and round.
func FuzzFraming(f *testing.F) {
	for _, text := range []string{
		"", "\n", ".", "a", "a\nb\r\nc\rd", ".\r\n..\r.\n\r\r\n\n\r", "one\r\n.two\r\n", "\r.\r.\r", "\n.\n.\n", "x\r", "\r\r\n\n",
		strings.Repeat("a line of text\n", 50), strings.Repeat("a line of text\r\n", 50), strings.Repeat(".\r", 50),
	} {
		for _, cuts := range []string{"", "\x01", "\x00\x02\x01", "\x07\x03"} {
			f.Add([]byte(text), []byte(cuts), false)
			f.Add([]byte(text), []byte(cuts), true)
		}
	}
	f.Fuzz(func(t *testing.T, text, cuts []byte, plain bool) {
		slow, fast := slowText{plain: plain}, framing.Text{Plain: plain}
		var got []byte
		for i, rest := 0, text; len(rest) > 0; i++ {
			n := len(rest)
			// Zeros among the cuts make empty pieces, but not for ever.
			if len(cuts) > 0 && i < len(text)+len(cuts) {
				n = min(n, int(cuts[i%len(cuts)]))
			}
			before := len(got)
			slow.write(rest[:n])
			got = fast.Append(got, rest[:n])
			if len(got)-before > 2*n {
				t.Fatalf("%q became %q", rest[:n], got[before:])
			}
			rest = rest[n:]
		}
		want := slow.end()
		if got = fast.AppendEnd(got); string(got) != want {
			t.Fatalf("%q in pieces of %v: %q, want %q", text, cuts, got, want)
		}
	})
}
