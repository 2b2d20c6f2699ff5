package web

import (
	"strings"
	"testing"
)

// TestBrokenURLs: what looks like a URL and is none is looked at once, and not again from
// each colon in it.
func TestBrokenURLs(t *testing.T) {
	for _, unit := range []string{"http://%", "gopher://["} {
		text := strings.Repeat(unit, 64<<10/len(unit))
		looked := 0
		for from := 0; from >= 0; looked++ {
			_, end, href := nextLink(text, from, 0)
			if href != "" {
				t.Fatalf("%q leads to %q", unit, href)
			}
			from = end
		}
		if most := len(text)/maxLink + 2; looked > 2*most {
			t.Errorf("%q: looked %d times, want %d", unit, looked, most)
		}
	}
	list := ""
	for p := range pieces("http://% and https://example.org/ and a@b.example") {
		if p.Href != "" {
			list += string(p.Href) + " "
		}
	}
	if want := "https://example.org/ mailto:a@b.example "; list != want {
		t.Errorf("%q, want %q", list, want)
	}
}
