package layout_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/layout"
)

// names returns the names of info items.
func names(items []gopherframe.Item) []string {
	var list []string
	for _, it := range items {
		list = append(list, it.Name)
	}
	return list
}

func TestWrap(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	x := func(s string, n int) string { return strings.Repeat(s, n) }
	const family, flag, tone, heart = "👩\u200D👩\u200D👧", "🇨🇭", "👍🏽", "❤\uFE0F\u200D🔥"
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"short", "a b", []string{"a b"}},
		{"empty", "", []string{""}},
		{"exactly", a(67), []string{a(67)}},
		{"two words", a(60) + " " + a(7), []string{a(60), a(7)}},
		{"two words that fit", a(60) + " " + a(6), []string{a(60) + " " + a(6)}},
		{"many words", x("abcd ", 30), []string{strings.TrimSpace(x("abcd ", 13)), strings.TrimSpace(x("abcd ", 13)), strings.TrimSpace(x("abcd ", 4))}},
		{"spaces at the break", a(66) + "     " + a(5), []string{a(66), a(5)}},
		{"spaces within", "a   b", []string{"a   b"}},
		{"spaces at the end", "a" + x(" ", 100), []string{"a"}},
		{"only spaces", x(" ", 100), []string{""}},
		{"indented", "  " + a(60) + " " + a(10), []string{"  " + a(60), a(10)}},
		{"indented too far", x(" ", 80) + "a", []string{"a"}},
		{"indented long word", "  " + a(70), []string{"  " + a(65), a(5)}},
		{"long word", a(150), []string{a(67), a(67), a(16)}},
		{"long word behind another", "b " + a(70), []string{"b", a(67), a(3)}},
		{"lines", "a\nb\r\nc\rd\n", []string{"a", "b", "c", "d"}},
		{"paragraphs", "a\n\nb\n\n", []string{"a", "", "b", ""}},
		{"TAB", a(60) + "\t" + a(10), []string{a(60), a(10)}},
		{"no-break space", a(60) + "\u00a0" + a(10), []string{a(60) + "\u00a0" + a(6), a(4)}},

		{"umlauts", x("ü", 70), []string{x("ü", 67), x("ü", 3)}},
		{"combining marks", x("u\u0308", 70), []string{x("u\u0308", 67), x("u\u0308", 3)}},
		{"wide", x("漢", 40), []string{x("漢", 33), x("漢", 7)}},
		{"wide behind a word", "abc漢" + x("字", 40), []string{"abc漢" + x("字", 31), x("字", 9)}},
		{"a word behind wide", x("漢", 30) + "abcdefgh", []string{x("漢", 30), "abcdefgh"}},
		{"fullwidth", x("Ａ", 34), []string{x("Ａ", 33), "Ａ"}},
		{"Hangul of parts", x("\u1112\u1161\u11ab", 34), []string{x("\u1112\u1161\u11ab", 33), "\u1112\u1161\u11ab"}},
		{"halfwidth", x("ｱ", 67), []string{x("ｱ", 67)}},
		{"emoji", x("🐹", 34), []string{x("🐹", 33), "🐹"}},
		{"emoji, joined", x(family, 34), []string{x(family, 33), family}},
		{"emoji of symbols, joined", x(heart, 34), []string{x(heart, 33), heart}},
		{"emoji with skin tone", x(tone, 34), []string{x(tone, 33), tone}},
		{"emoji by selector", x("☺\uFE0F", 34), []string{x("☺\uFE0F", 33), "☺\uFE0F"}},
		{"keycap", x("1\uFE0F\u20E3", 34), []string{x("1\uFE0F\u20E3", 33), "1\uFE0F\u20E3"}},
		{"symbol", x("☺", 67), []string{x("☺", 67)}},
		{"flags", x(flag, 34), []string{x(flag, 33), flag}},
		{"colours", "\x1b[1;31m" + a(67) + "\x1b[0m", []string{"\x1b[1;31m" + a(67) + "\x1b[0m"}},
		{"another escape", "\x1b[2J" + a(65), []string{"\x1b[2J" + a(64), "a"}},
		{"not UTF-8", x("\xff", 68), []string{x("\xff", 67), "\xff"}},
		{"NUL", x("\x00", 68), []string{x("\x00", 67), "\x00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, layout.Wrap(tt.text, layout.Columns)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	for text, want := range map[string][]string{
		"Gophers":                      {"Gophers", "======="},
		"地鼠":                           {"地鼠", "===="},
		"":                             {"", ""},
		"a\nbcd":                       {"a", "bcd", "==="},
		strings.Repeat("gopher ", 11):  {strings.TrimSpace(strings.Repeat("gopher ", 9)), "gopher gopher", strings.Repeat("=", 62)},
		"\x1b[1mbold\x1b[0m\u0301 end": {"\x1b[1mbold\x1b[0m\u0301 end", "========"},
	} {
		if diff := cmp.Diff(want, names(layout.Title(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("a b\n\n  c")
	f.Add("000000 \u05AC" + strings.Repeat("0", 64)) // a space with a mark on it
	f.Add(strings.Repeat("漢字 abc ", 30))
	f.Add("👩\u200D👩\u200D👧 🇨🇭🇨 ❤\uFE0F \x1b[31mred\x1b[ \x00\xff")
	spaces := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "")
	f.Fuzz(func(t *testing.T, text string) {
		got := layout.Wrap(text, layout.Columns)
		for _, line := range got {
			if n := layout.Width(line); n > layout.Columns {
				t.Errorf("%q takes %d cells", line, n)
			}
			if utf8.ValidString(text) && !utf8.ValidString(line) {
				t.Errorf("%q was torn out of %q", line, text)
			}
		}
		if got, want := spaces.Replace(strings.Join(got, "")), spaces.Replace(text); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func ExampleInfo() {
	m := gopherframe.NewMenu().
		Add(layout.Title("On gophers")...).
		Add(layout.Info("Gophers dig. 地鼠挖洞。 Most of a gopher's life passes below the ground, in burrows that it extends every day.\n\nThey come up at night.")...)
	for _, it := range m.Items {
		fmt.Println(it.Name)
	}
	// Output:
	// On gophers
	// ==========
	// Gophers dig. 地鼠挖洞。 Most of a gopher's life passes below the
	// ground, in burrows that it extends every day.
	//
	// They come up at night.
}
