package layout_test

import (
	"fmt"
	"strings"
	"testing"

	"gopherframe/layout"
)

func ExampleShorten() {
	fmt.Println(layout.Shorten("minutes-of-the-meeting-on-the-first-of-may.txt", 20))
	fmt.Println(layout.Shorten("minutes.txt", 20))
	// Output:
	// minutes-of-th…ay.txt
	// minutes.txt
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		text    string
		columns int
		want    string
	}{
		{"", 5, ""},
		{"abcde", 5, "abcde"},
		{"abcdef", 5, "abc…f"},
		{"abcdefghij", 7, "abcd…ij"},
		{"abc", 1, "…"},
		{"abc", 0, "…"},
		{"abc", -7, "…"},
		{"abc", 2, "a…"},
		{"你好世界你好世界", 8, "你好…界"},
		{"你好世界你好世界", 7, "你好…界"}, // half a character is none
		{"e\u0301e\u0301e\u0301e\u0301e\u0301", 4, "e\u0301e\u0301…e\u0301"},
		{"aaaa\x1b[31m\uFE0Fb", 4, "aa…b"}, // the mark would make the ellipsis an emoji
	} {
		if got := layout.Shorten(tt.text, tt.columns); got != tt.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", tt.text, tt.columns, got, tt.want)
		}
	}
}

// FuzzShorten: the result takes no more cells than it may, and is the beginning and the end of
// the text.
func FuzzShorten(f *testing.F) {
	f.Add("a long name of a file.txt", 12)
	f.Add("👩‍👩‍👧🇩🇪e\u0301 שלום\uFE0F", 5)
	f.Add("\x1b[31m\uFE0F\u1160가\u200D", 2)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		got := layout.Shorten(text, columns)
		if width := layout.Width(got); width > max(columns, 1) {
			t.Errorf("Shorten(%q, %d) = %q, which takes %d", text, columns, got, width)
		}
		if got == text {
			return
		}
		for i := 0; i <= len(got)-len("…"); i++ {
			if head, ok := strings.CutSuffix(got[:i+len("…")], "…"); ok && strings.HasPrefix(text, head) && strings.HasSuffix(text, got[i+len("…"):]) {
				return
			}
		}
		t.Errorf("Shorten(%q, %d) = %q", text, columns, got)
	})
}
