package pattern

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A scan does what an Index does in the simplest way: it tries all patterns in turn,
// with package regexp.
type scan struct {
	patterns []*Pattern
	exprs    []*regexp.Regexp
}

func (s *scan) add(t testing.TB, p *Pattern, text string) {
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

// match returns the position of the first pattern that matches, not before from, and
// the values of its parameters, as Index.Match does.
func (s *scan) match(selector string, from int) (int, []string) {
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

// compare checks that an Index of the patterns that compile finds the same as a scan,
// for each selector and from each position on.
func compare(t testing.TB, texts, selectors []string) {
	t.Helper()
	var index Index[int]
	var reference scan
	for _, text := range texts {
		p, err := Compile(text)
		if err != nil || !isUTF8(text) {
			continue
		}
		if p.re == nil && slices.ContainsFunc(p.begins, func(begin string) bool { return !strings.HasPrefix(begin, p.head) }) {
			t.Fatalf("%q: not all of %q begin with %q, which an Index does not compare again", text, p.begins, p.head)
		}
		index.Add(p, len(index.entries))
		reference.add(t, p, text)
	}
	for _, selector := range selectors {
		from := 0
		for {
			want, wantValues := reference.match(selector, from)
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

// isUTF8 reports whether a scan can match the pattern if it is literal: an expression
// has to be valid UTF-8, and U+FFFD in it also matches every byte that is not UTF-8.
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

// TestPrograms has patterns whose programs differ in one field only, or not at all.
func TestPrograms(t *testing.T) {
	texts := []string{
		"a/{x:[0-9]{1,2}}", "b/{x:[0-9]{1,3}}", "c/{x:[0-9]{2,3}}", "d/{x:[0-8]{1,2}}", "e/[0-9]{1,2}", "f/(?:12|3)7*", "g/(?:17|3)7*",
		"h/{x}.txt", "i/{x}.tx", "j/{x}.tyt", "k/{x...}.txt", "l/{x:[0-9]{1,2}}", "m/{x}/{y}", "n/{x}/{y}", "o/[^/]+/{x}", "p/{x}/[^/]+",
	}
	var selectors []string
	for _, text := range texts {
		for _, s := range []string{"1", "12", "123", "9", "17", "27", "37", "x.txt", "x.tx", "x.tyt", "y/x.txt", "1/2"} {
			selectors = append(selectors, text[:2]+s)
		}
	}
	compare(t, texts, selectors)
}

// TestNames has patterns with the same number of parameters, or of names.
func TestNames(t *testing.T) {
	var index Index[[]string]
	for _, texts := range [][]string{{"a"}, {"b/{x}"}, {"c/{y}"}, {"d/{x}/{y}"}, {"e/{y}/{x}"}, {"f/{xy}"}, {"g/{x}"}} {
		for _, compile := range []func(...string) (*Pattern, error){Compile, CompilePrefix} {
			p, err := compile(texts...)
			if err != nil {
				t.Fatal(err)
			}
			names := slices.Clone(p.Names)
			if index.Add(p, names); !slices.Equal(p.Names, names) {
				t.Errorf("the names of %q are %q, want %q", p.Text, p.Names, names)
			}
		}
	}
}

// TestIndexAtRandom has patterns and selectors that are random sequences of a few
// pieces, so that many patterns match the same selectors.
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

// FuzzIndex checks an Index of patterns, one a line, against a scan.
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

// TestCandidates checks how many of 3,001 patterns are tried for a selector.
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
		{"[a-d][w-z]", "aw|ax|ay|az|bw|bx|by|bz|cw|cx|cy|cz|dw|dx|dy|dz", true},
		{"[a-h]1|[k-r]2", "a1|b1|c1|d1|e1|f1|g1|h1|k2|l2|m2|n2|o2|p2|q2|r2", true},
		{"[a-h]1|[k-s]2", "", false},
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
