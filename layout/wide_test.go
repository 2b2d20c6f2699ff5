package layout_test

import (
	"testing"
	"unicode"

	"golang.org/x/text/width"

	"gopherframe/layout"
)

// TestWide holds the table of wide characters against that of golang.org/x/text, which
// is made from EastAsianWidth.txt of Unicode as ours is.
func TestWide(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.IsPrint(r) || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Cf) || 0x1160 <= r && r <= 0x11FF || 0xD7B0 <= r && r <= 0xD7FB {
			continue // unassigned, or shown within the cells of another character
		}
		want := 1
		if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
			want = 2
		}
		if got := layout.Width(string(r)); got != want {
			t.Errorf("%q (%U) takes %d cells, want %d", r, r, got, want)
		}
	}
}
