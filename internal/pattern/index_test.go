package pattern

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plain is the Index that there is no doubt about: all patterns in turn, by RE2.
type plain struct {
	patterns []*Pattern
	exprs    []*regexp.Regexp
}

func (s *plain) add(t testing.TB, p *Pattern, text string) {
	t.Helper()
	part, err := translate(text)
	if err != nil {
		t.Fatal(err)
	}
	re, err := regexp.Compile(`\A(?:` + part.expr + `)\z`)
	if err != nil {
		t.Fatal(err)
	}
	s.patterns = append(s.patterns, p)
	s.exprs = append(s.exprs, re)
}

// match returns the first match from a position on, as Index.Match does.
func (s *plain) match(selector string, from int) (int, []string) {
	for at := from; at < len(s.exprs); at++ {
		found := s.exprs[at].FindStringSubmatch(selector)
		if found == nil {
			continue
		}
		values := []string{}
		for _, name := range s.patterns[at].Names {
			values = append(values, found[s.exprs[at].SubexpIndex(name)])
		}
		return at, values
	}
	return -1, nil
}

// compare holds an Index of the patterns that compile against the plain scan, for
// each selector and from each position on.
func compare(t testing.TB, texts, selectors []string) {
	t.Helper()
	var index Index[int]
	var scan plain
	for _, text := range texts {
		p, err := Compile(text)
		if err != nil || !isUTF8(text) {
			continue
		}
		index.Add(p, index.Len())
		scan.add(t, p, text)
	}
	for _, selector := range selectors {
		from := 0
		for {
			want, wantValues := scan.match(selector, from)
			got, values := index.Match(selector, from, make([]string, 2))
			if got != want || got >= 0 && !slices.Equal(values, wantValues) {
				t.Fatalf("patterns %q, selector %q, from %d: %d %q, the scan says %d %q", texts, selector, from, got, values, want, wantValues)
			}
			if got < 0 {
				break
			}
			if index.At(got) != got {
				t.Fatalf("the value at %d is %d", got, index.At(got))
			}
			from = got + 1
		}
	}
}

// isUTF8 is false for text that RE2 takes no expression from, or takes U+FFFD in
// it for any byte that is no UTF-8, while text is itself.
func isUTF8(text string) bool {
	return !strings.ContainsRune(text, '\uFFFD')
}

func TestIndex(t *testing.T) {
	compare(t, []string{
		"", "a", "ab", "abc", "a|ab", "a(?P<x>.*)", "ab(?P<x>.+)", "{x}", "{x}/{y}", "{x...}", "(?i)ABC", "[ab]c", "(?:ab)?c", `\pL+`,
		"x/(?P<e>)y", `[\x{D800}-\x{D802}]b`, `a[\x{DFFE}-\x{E000}]`, `(?:\x{DFFF}|x)y`, `(?i)1/2/\x{D800}`, "a{0}b", "[^a]+", "abc/{x}/d", "abc/{x}/{y}/{z}", "abd", "(?:x|y|z)/(?P<n>[0-9]{2,3})", "(|a)(|b)", "", "é.", "(?s).*",
	}, []string{
		"", "a", "b", "ab", "abc", "abcd", "ABC", "Abc", "ac", "bc", "c", "x/y", "x/12", "y/123", "z/1234", "abc/1/d", "abc/1/2/3",
		"é\xff", "\xff", "a\nb", "K", "ſ", "\uFFFD", "\uFFFDb", "a\uFFFD", "a\uE000", "\uFFFDy", "xy", "1/2/\uFFFD",
	})
}

// TestIndexAtRandom tries tables of patterns put together from a few pieces, so
// that they overlap, and selectors of the same pieces.
func TestIndexAtRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", "ab", "abc/", "/", "{x}", "{y...}", "(?P<z>.+)", ".*", "[a-c]+", "[^/]*", "(?:a|ab)", "(?:b|c/)?", "(?i)A", `\pL`, "é", "{n:[0-9]{1,2}}", "1", "12", "^", "$", "(a|b)", "."}
	words := []string{"", "a", "b", "c", "ab", "abc/", "/", "1", "12", "é", "\xff", "A", "\n"}
	several := func(from []string, most int) string {
		var s strings.Builder
		for range random.IntN(most + 1) {
			s.WriteString(from[random.IntN(len(from))])
		}
		return s.String()
	}
	for range 60 {
		var texts, selectors []string
		for range 1 + random.IntN(25) {
			texts = append(texts, several(pieces, 4))
		}
		for range 40 {
			selectors = append(selectors, several(words, 5))
		}
		compare(t, texts, selectors)
	}
}

// FuzzIndex takes a table of patterns, one a line.
func FuzzIndex(f *testing.F) {
	for _, texts := range []string{
		"hello/{name}\nhello/(?P<x>.+)/y\nhello", "a|ab\nab\n(a|ab)(c|bcd)", "(|a)(|b)\n(?P<e>)", "(?i)k\nk\n\u212a", `\pL+` + "\n.+",
		"{x}.txt\n{x}\n.*/{x}", "[ab]\n[^b]", "abc\nabd\nab.\na", "(?:a|b|c|d|e)(?:a|b|c|d|e)x", "\uFFFD\n[\uFFFD]", "x*\nx+\nx?", "$\n^\n\\b",
		`[\x{D800}-\x{D802}]b` + "\n.*b",
	} {
		for _, selector := range []string{"", "a", "ab", "abcd", "hello/a/y", "k", "\u212a", "\xff", "x.txt", "a/b", "\uFFFDb"} {
			f.Add(texts, selector)
		}
	}
	f.Fuzz(func(t *testing.T, texts, selector string) {
		compare(t, strings.Split(texts, "\n"), []string{selector})
	})
}

// TestCandidates pins that what cannot match is not tried.
func TestCandidates(t *testing.T) {
	var index Index[int]
	add := func(text string) {
		p, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		index.Add(p, 0)
	}
	for i := range 1000 {
		add(fmt.Sprintf("s%d/hello/(?P<name>.+)", i))
		add(fmt.Sprintf("s%d/about.txt", i))
		add(fmt.Sprintf("(?:t%d|u%d)/{x}-{y}", i, i))
	}
	add("(?P<x>.+)/index")
	for selector, want := range map[string]int{
		"s1/hello/x": 2, "s999/hello/": 2, "s1/hello": 1, "s5/about.txt": 2, "u77/a-b": 2, "nothing": 1, "": 1,
	} {
		n := 0
		for _, list := range index.candidates(selector, nil) {
			n += len(list)
		}
		if n != want {
			t.Errorf("%q has %d candidates, want %d", selector, n, want)
		}
	}
}

func TestBeginnings(t *testing.T) {
	tests := []struct {
		pattern string
		want    string // joined by "|"
		finite  bool
	}{
		{"about", "about", true},
		{"hello/{x}", "hello/", false},
		{"a|ab", "a|ab", true},
		{"(?:x|y)/.*", "x/|y/", false},
		{"[ab]?c", "ac|bc|c", true},
		{"(ab)+c", "ab", false},
		{"(ab){2}c", "ab", false},
		{"(ab){0,2}c", "", false},
		{".*x", "", false},
		{"(?i)x", "", false},
		{"a(?i)x", "a", false},
		{"(?i)1/x", "1/", false}, // neither 1 nor / has another case
		{`[\x{D7FE}-\x{D802}]b`, "", false},
		{`a\x{D800}b`, "a", false},
		{"x\uFFFD.+", "x", false},
		{"^a.", "a", false},
		{"[a-z]x", "", false},
		{"(?:a|b|c|d|e)(?:a|b|c|d|e)(?:x|y)", "a|b|c|d|e", false},
	}
	for _, tt := range tests {
		p, err := Compile(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		texts, finite := p.begins, p.finite
		slices.Sort(texts)
		if got := strings.Join(slices.Compact(texts), "|"); got != tt.want || finite != tt.finite {
			t.Errorf("%q begins with %q, finite %v; want %q, %v", tt.pattern, got, finite, tt.want, tt.finite)
		}
	}
}
