package pattern

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern string
		s       string
		want    []string // name, value, …; nil: no match
	}{
		{"", "", []string{}},
		{"", "x", nil},
		{"/", "", []string{}},
		{"about.txt", "about.txt", []string{}},
		{"about.txt", "aboutXtxt", nil},
		{"about.txt", "about.txt\n", nil},
		{"/about", "about", []string{}},
		{"//about", "/about", []string{}},
		{"^/about$", "about", []string{}},
		{`\/about.+`, "about1", []string{}},
		{"/?about", "about", []string{}},
		{"/*about", "//about", []string{}},
		{"//abou.+", "/about", []string{}},
		{"caf\xe9", "caf\xe9", []string{}}, // Latin-1, which no expression could be
		{"a{name}", "abc", []string{"name", "bc"}},
		{"a{name}", "a", nil},
		{"a{name}", "ab/c", nil},
		{"a{name...}", "ab/c", []string{"name", "b/c"}},
		{"a{name...}", "a", nil},
		{"{a}/{b}", "x/y", []string{"a", "x", "b", "y"}},
		{"{a}/{b}", "x/y/z", nil},
		{"{a}-{b}", "1-2-3", []string{"a", "1-2", "b", "3"}},
		{"{a}{b}", "xyz", []string{"a", "xy", "b", "z"}},
		{"v1.0/{id:[0-9]+}", "v1.0/17", []string{"id", "17"}},
		{"v1.0/{id:[0-9]+}", "v1x0/17", nil}, // outside of placeholders it is text
		{"{id:[0-9]{4}}", "2026", []string{"id", "2026"}},
		{"{id:[0-9]{4}}", "202", nil},
		{"{x:[}]}", "}", []string{"x", "}"}},
		{`{x:\}}`, "}", []string{"x", "}"}},
		{`{x:\p{Greek}+}`, "λόγος", []string{"x", "λόγος"}},
		{"{v:aa|bb}", "aa", []string{"v", "aa"}},
		{"{v:aa|bb}", "aaX", nil},
		{"{v:aa|bb}", "Xbb", nil},
		{"hello/(?P<name>.+)", "hello/x", []string{"name", "x"}},
		{"hello/(?P<name>.+)", "hello/", nil},
		{"hello/(?<name>.+)", "hello/x", []string{"name", "x"}},
		{"a|ab", "ab", []string{}},
		{"a|ab", "abc", nil},
		{"^about$", "about", []string{}},
		{"(a)(?P<b>b?)", "a", []string{"b", ""}},
		{"x(?P<b>b)?", "x", []string{"b", ""}},
		{"(?i)about", "ABOUT", []string{}},
		{`{y:\d\d\d\d}/(?P<m>\d\d)`, "2026/11", []string{"y", "2026", "m", "11"}},
		{"{name}(\\.txt)?", "a.txt", []string{"name", "a.txt"}},
		{"(?P<x>.*?)/(?P<y>.*)", "a/b/c", []string{"x", "a", "y", "b/c"}},
		{"a{2,3}$", "aaa", []string{}},
		{"[ab]{1,2}b", "aab", []string{}},
		{`a\{`, "a{", []string{}},
		{"[{x}]+", "x{}", []string{}},
		{`\Q{x}\E`, "{x}", []string{}},
		{`\Q{x}\E{y}`, "{x}1", []string{"y", "1"}},
		{"[]{]x", "{x", []string{}},
		{"[^]{]x", "ax", []string{}},
		{"{aAzZ_09}", "x", []string{"aAzZ_09", "x"}},
		{"(?P<x>[[:alpha:]{]+)", "a{", []string{"x", "a{"}},
		{".+", "a\xffb", []string{}},
		{".+", "a\nb", nil},
		{"[^/]+", "a\nb", []string{}},
		{"(?P<x>é+)", "éé", []string{"x", "éé"}},
		{"\uFFFD", "\uFFFD", []string{}},
		{"(?:\uFFFD)", "\xff", []string{}}, // RE2 reads the byte as U+FFFD
	}
	for _, tt := range tests {
		p, err := Compile(tt.pattern)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.pattern, err)
			continue
		}
		values := make([]string, len(p.Names))
		var got []string
		if p.Match(tt.s, values) {
			got = []string{}
			for i, name := range p.Names {
				got = append(got, name, values[i])
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q against %q (-want +got):\n%s", tt.pattern, tt.s, diff)
		}
	}
}

// TestTraps checks the section Traps of docs/patterns.md.
func TestTraps(t *testing.T) {
	tests := []struct {
		pattern string
		matches []string
		not     []string
	}{
		{"about.txt?", []string{"about.tx", "aboutXtxt"}, []string{"about.txt?"}},
		{regexp.QuoteMeta("about.txt?"), []string{"about.txt?"}, []string{"aboutXtxt?"}},
		{"notes (old)", []string{"notes old"}, []string{"notes (old)"}},
		{regexp.QuoteMeta("c++") + "/{page}", []string{"c++/x"}, []string{"c/x"}},
		{"v1.0/(?P<x>.+)", []string{"v1x0/a"}, nil},
		{`v1\.0/(?P<x>.+)`, []string{"v1.0/a"}, []string{"v1x0/a"}},
		{"a/x|/b/x", []string{"a/x", "/b/x"}, []string{"b/x"}},
		{"dir/?", []string{"dir", "dir/"}, nil},
		{"{name:.*}", []string{"", "x/y"}, nil},
		{"[{]x[}]+", []string{"{x}"}, nil},
		{`{name}\.(?:jpg|png)`, []string{"a.jpg"}, []string{"a.jpg.txt"}},
	}
	for _, tt := range tests {
		p, err := Compile(tt.pattern)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.pattern, err)
			continue
		}
		values := make([]string, len(p.Names))
		for _, s := range tt.matches {
			if !p.Match(s, values) {
				t.Errorf("%q does not match %q", tt.pattern, s)
			}
		}
		for _, s := range tt.not {
			if p.Match(s, values) {
				t.Errorf("%q matches %q", tt.pattern, s)
			}
		}
	}
	if _, err := Compile("c++/{page}"); err == nil || !strings.Contains(err.Error(), "nested repetition") {
		t.Errorf("c++/{page}: %v", err)
	}
}

// TestSlash checks which patterns are refused because all their matches begin with a
// slash.
func TestSlash(t *testing.T) {
	const remedy = `write the pattern without it, or begin it with "//"`
	refused := [][]string{
		{"(?i)/about"}, {"(?i)^/about$"}, {"(?:/x)"}, {"(?:/x|/y.+)"}, {"{p:/a/b}"}, {"{p:/a/b}/{x}"}, {"/{p:/a}"}, {"(?:/a)?/b"}, {"(?m)^/x"},
		{"[/]about"}, {`\x2fabout`}, {`\Q/x\E`}, {"/+about"}, {"/{2}abou.+"}, {"(?i)/a", "b"}, {"{p:/a}", "{x}"}, {"", "(?:/x)"}, {"/", "(?:/x)"},
	}
	for _, texts := range refused {
		if _, err := Compile(texts...); err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("Compile(%q): error %v, want one with %q", texts, err, remedy)
		}
		if _, err := CompilePrefix(texts...); err == nil || !strings.Contains(err.Error(), remedy) {
			t.Errorf("CompilePrefix(%q): error %v, want one with %q", texts, err, remedy)
		}
	}
	taken := []struct {
		texts []string
		match string
	}{
		{[]string{"//x"}, "/x"},
		{[]string{"//{x}"}, "/a"},
		{[]string{"//x/"}, "/x/"},
		{[]string{"//x.+"}, "/xy"},
		{[]string{"^//x.+$"}, "/xy"},
		{[]string{`\/\/x.+`}, "/xy"},
		{[]string{"///x"}, "//x"},
		{[]string{"//+x"}, "/x"},
		{[]string{"//(?i)x"}, "/X"},
		{[]string{"//x", "y.+"}, "/x/yz"},
		{[]string{"//x/", "y"}, "/x/y"},
		{[]string{"//", "x"}, "/x"},
		{[]string{"a", "(?:/x)"}, "a//x"},
		{[]string{"a", "{p:/x}"}, "a//x"},
		{[]string{"a", "(?i)/x"}, "a//X"},
		{[]string{"(?:/x)?"}, ""},
		{[]string{"/*x"}, "x"},
		{[]string{"/??x"}, "x"},
		{[]string{"a|/b"}, "/b"},
		{[]string{"/a|/b"}, "a"},
		{[]string{".+"}, "/"},
		{[]string{"{p:[^x]}"}, "/"},
	}
	for _, tt := range taken {
		for _, compile := range []func(...string) (*Pattern, error){Compile, CompilePrefix} {
			p, err := compile(tt.texts...)
			if err != nil {
				t.Errorf("%q: %v", tt.texts, err)
			} else if !p.Match(tt.match, make([]string, len(p.Names))) {
				t.Errorf("%q does not match %q", tt.texts, tt.match)
			}
		}
	}
	p, err := CompilePrefix("//files/")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]bool{"/files": true, "/files/a": true, "files": false, "files/a": false} {
		if got := p.Match(s, make([]string, 1)); got != want {
			t.Errorf("the prefix //files/ against %q: %v, want %v", s, got, want)
		}
	}
}

func TestCompilePrefix(t *testing.T) {
	tests := []struct {
		prefix string
		s      string
		want   []string // the values; nil: no match
	}{
		{"files", "files", []string{""}},
		{"files/", "files", []string{""}},
		{"files/", "files/", []string{""}},
		{"files/", "files/a/b", []string{"a/b"}},
		{"files", "files/a", []string{"a"}},
		{"files", "filesystem", nil},
		{"", "a/b", []string{"a/b"}},
		{"", "", []string{""}},
		{"u/{user}", "u/ann/x/y", []string{"ann", "x/y"}},
		{"u/{user}", "u/ann", []string{"ann", ""}},
		{"u/{user}", "u/", nil},
		{"(?P<a>.+)", "x/y/z", []string{"x/y/z", ""}},
		{`v[12]\/`, "v1/x\ny", []string{"x\ny"}},
		{"^files$", "files/a", []string{"a"}},
		{"^(?i)files$", "FILES/a", []string{"a"}}, // the same, matched by RE2
	}
	for _, tt := range tests {
		p, err := CompilePrefix(tt.prefix)
		if err != nil {
			t.Errorf("CompilePrefix(%q): %v", tt.prefix, err)
			continue
		}
		values := make([]string, len(p.Names))
		var got []string
		if p.Match(tt.s, values) {
			got = values
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("prefix %q against %q (-want +got):\n%s", tt.prefix, tt.s, diff)
		}
	}
}

func TestJoin(t *testing.T) {
	tests := []struct {
		texts []string
		text  string
		match string
		not   string
	}{
		{[]string{"blog", "{id}"}, "blog/{id}", "blog/1", "blog1"},
		{[]string{"/blog/", "/{id}"}, "blog/{id}", "blog/1", "blog//1"},
		{[]string{"blog", ""}, "blog", "blog", "blog/"},
		{[]string{"blog/", ""}, "blog/", "blog/", "blog"},
		{[]string{"", "x"}, "x", "x", "/x"},
		{[]string{"a|b", "c"}, "a|b/c", "a/c", "a"},
		{[]string{"v1.0", ".+"}, "v1.0/.+", "v1.0/x", "v1x0/x"},
		{[]string{`a.+\/`, "c"}, `a.+/c`, "axx/c", "axx"},
		{[]string{`x\Qa+`, "b"}, `x\Qa+/b`, "xa+/b", "xaa/b"},
		{[]string{`x\\Q`, "b"}, `x\\Q/b`, `x\Q/b`, `x\/b`},
		{[]string{"a", "b", "c"}, "a/b/c", "a/b/c", "a/b"},
	}
	for _, tt := range tests {
		p, err := Compile(tt.texts...)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.texts, err)
			continue
		}
		if p.Text != tt.text {
			t.Errorf("Compile(%q).Text = %q, want %q", tt.texts, p.Text, tt.text)
		}
		values := make([]string, len(p.Names))
		if !p.Match(tt.match, values) {
			t.Errorf("%q does not match %q", tt.texts, tt.match)
		}
		if p.Match(tt.not, values) {
			t.Errorf("%q matches %q", tt.texts, tt.not)
		}
	}
}

func TestKind(t *testing.T) {
	tests := map[string]Kind{
		"":             Literal,
		"about.txt":    Literal,
		"a-b_c#%~":     Literal,
		"{x}":          Template,
		"a.b/{x...}":   Template,
		`a/{x:\d+|\w}`: Template,
		"a.+":          Regexp,
		"a{x}?":        Regexp,
		"^a":           Regexp,
		`a\.b`:         Regexp,
		"a]":           Regexp,
	}
	for text, want := range tests {
		p, err := Compile(text)
		if err != nil {
			t.Errorf("Compile(%q): %v", text, err)
		} else if p.Kind != want {
			t.Errorf("Compile(%q).Kind = %v, want %v", text, p.Kind, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		pattern string
		want    string // in the error
	}{
		{"{}", `bad placeholder "{}": write {name}`},
		{"a{", `bad placeholder "{"`},
		{"a}", `bad placeholder "}"`},
		{"}a", `bad placeholder "}"`},
		{"{na-me}", `bad placeholder "{na-me}"`},
		{"{1st}", `bad placeholder "{1st}"`},
		{"{0th}", `bad placeholder "{0th}"`},
		{"{9th}", `bad placeholder "{9th}"`},
		{"{a..}", `bad placeholder "{a..}"`},
		{"{a:}", `bad placeholder "{a:}"`},
		{"{a:x", `bad placeholder "{a:x"`},
		{"{a:{b}}", `bad placeholder "{a:{b}"`},
		{"a{2}", `bad placeholder "{2}"`},
		{"x+{na me}", `bad placeholder "{na me}"`},
		{"{a}/{a}", `the group name "a" is used twice: rename one`},
		{"(?P<a>x)(?P<a>y)", `the group name "a" is used twice: rename one`},
		{"{a:(?P<b>x)}{b}", `the group name "b" is used twice: rename one`},
		{"a(", "regexp.QuoteMeta"},
		{"a)", "regexp.QuoteMeta"},
		{"[z-a]", "regexp.QuoteMeta"},
		{"[a", "regexp.QuoteMeta"},
		{"{x:a)(b}", "placeholder {x:a)(b}"},
		{`\`, "trailing backslash"},
		{"a**", "invalid nested repetition operator"},
		{"(?=x)", "regexp.QuoteMeta"},
		{"caf\xe9.+", "invalid UTF-8"},
	}
	for _, tt := range tests {
		_, err := Compile(tt.pattern)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Compile(%q): error %v, want one with %q", tt.pattern, err, tt.want)
		}
	}
	if _, err := Compile("{a}", "{a}"); err == nil {
		t.Error("a name used in the prefix and in the pattern is not refused")
	}
	if _, err := Compile("a)|(b", "c"); err == nil {
		t.Error("a prefix that is no expression by itself is not refused")
	}
}

func TestKey(t *testing.T) {
	same := [][]string{
		{"hello/(?P<name>.+)", "hello/{name...}", "/hello/{n...}", "hello/(.+)", "^hello/(?:.+)$"},
		{"about", "^about$", "(?:about)", "ab(out)", "/about"},
		{"a/{x}", "a/[^/]+"},
		{`about\.txt`, "about.txt"},
	}
	seen := map[string]string{}
	for _, group := range same {
		first, err := Compile(group[0])
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[first.Key()]; ok {
			t.Errorf("%q and %q have one key", group[0], other)
		}
		seen[first.Key()] = group[0]
		for _, text := range group {
			p, err := Compile(text)
			if err != nil {
				t.Errorf("Compile(%q): %v", text, err)
			} else if p.Key() != first.Key() {
				t.Errorf("the key of %q is %q, that of %q %q", text, p.Key(), group[0], first.Key())
			}
		}
	}
	prefix, err := CompilePrefix("about")
	if err != nil {
		t.Fatal(err)
	}
	if other, ok := seen[prefix.Key()]; ok {
		t.Errorf("the prefix about has the key of %q", other)
	}
}

// TestKeyApart compiles every pair of some pieces of patterns, and checks that two
// patterns with one key match the same selectors. Otherwise Router.Handle would
// refuse the second as a repetition of the first.
func TestKeyApart(t *testing.T) {
	if clash, other := mustKey(t, "[ab]101 101 "), mustKey(t, "[abe]"); clash == other {
		t.Errorf("[ab]101 101 and [abe] have one key, %q", clash)
	}
	pieces := []string{
		"a", "b", "97 ", "97 98 ", "101 ", "[ab]", "[abe]", "[^a]", "[a-c]", `\]`, `\[`, "[[]", `[\]]`, ".", "(?s:.)", "(?i:a)", `\\i`, `\\ia`,
		"(a|b)", "(?:ab)?", "a*", "a+", "a{1,2}", "a{2}", "(?:a|)", "{x}", "{x...}", `\x{D800}`, `\x{FFFD}`, `\x{DBFF}`, "\uFFFD", "65533 ",
		"below", `\(below`, `\(below\)`, `\(4 0 0 `, `\b`, "^", "$", "(?m:$)",
	}
	selectors := []string{
		"", "a", "b", "e", "A", "ab", "aa", "ba", "aaa", "aab", "97 ", "97 98 ", "a97 ", "101 ", "a101 ", "e101 ", "97 101 ", "]", "[", "[]", "a]", "ia",
		`\i`, `\ia`, `\ii`, "\n", "a\n", "\xff", "a\xff", "\uFFFD", "a\uFFFD", "65533 ", "below", "(below", "(below)", "a(below)", "(4 0 0 ", "a/b", "é",
	}
	type matches struct {
		pattern string
		found   string // which of the selectors match, as 0 and 1
	}
	seen := map[string]matches{}
	check := func(p *Pattern, text string) {
		found := make([]byte, len(selectors))
		for i, s := range selectors {
			found[i] = '0'
			if p.Match(s, make([]string, len(p.Names))) {
				found[i] = '1'
			}
		}
		other, ok := seen[p.Key()]
		if ok && other.found != string(found) {
			t.Errorf("%q and %q have one key, %q, and match different selectors", text, other.pattern, p.Key())
		}
		seen[p.Key()] = matches{text, string(found)}
	}
	texts := append([]string{""}, pieces...)
	for _, a := range pieces {
		for _, b := range pieces {
			texts = append(texts, a+b)
		}
	}
	for _, text := range texts {
		if strings.ContainsAny(text, "^$") && strings.Contains(text, `\x{D`) {
			continue // package regexp matches a surrogate at the start of an expression with U+FFFD, elsewhere with nothing
		}
		if p, err := Compile(text); err == nil {
			check(p, text)
		}
		if p, err := Compile("(?:" + text + ")"); err == nil { // an expression in any case
			check(p, "(?:"+text+")")
		}
		if p, err := CompilePrefix(text); err == nil {
			check(p, text+", as a prefix")
		}
	}
}

func TestTextKey(t *testing.T) {
	if got, want := textKey(`\a(b[c`), `\\a\(b\[c`; got != want {
		t.Errorf("textKey = %q, want %q", got, want)
	}
}

func mustKey(t *testing.T, text string) string {
	t.Helper()
	p, err := Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return p.Key()
}

func TestFill(t *testing.T) {
	tests := []struct {
		pattern string
		values  map[string]string
		want    string
		err     string
	}{
		{"about", nil, "about", ""},
		{"hello/{name}", map[string]string{"name": "bob"}, "hello/bob", ""},
		{"hello/(?P<name>.+)", map[string]string{"name": "a/b"}, "hello/a/b", ""},
		{"hello/{name}", map[string]string{"name": "a/b"}, "", "does not match"},
		{"hello/{name}", map[string]string{"name": ""}, "", "does not match"},
		{"hello/{name}", nil, "", `needs a value for "name"`},
		{"hello/{name}", map[string]string{"name": "x", "nome": "y"}, "", `has no parameter "nome"`},
		{"{a}-{b}", map[string]string{"a": "1", "b": "2-3"}, "", `finds a="1-2"`},
		{"{a}-{b}", map[string]string{"a": "1-2", "b": "3"}, "1-2-3", ""},
		{`(?:v\d+/)?{x}`, map[string]string{"x": "y"}, "y", ""},
		{`v\d+/{x}`, map[string]string{"x": "y"}, "", "`[0-9]` has no name"},
		{"(?:a/(?P<x>\\d+)|b/(?P<y>\\w+))", map[string]string{"x": "", "y": "q"}, "b/q", ""},
		{"(?:a/(?P<x>\\d+))?b", map[string]string{"x": "5"}, "a/5b", ""},
		{"(?:a/(?P<x>\\d+))?b", map[string]string{"x": ""}, "b", ""},
		{"(?:a/(?P<x>\\d+))?b", nil, "b", ""},
		{"post/{slug}(?:/page/(?P<page>\\d+))?", map[string]string{"slug": "moles"}, "post/moles", ""},
		{"post/{slug}(?:/page/(?P<page>\\d+))?", map[string]string{"page": "2"}, "", `needs a value for "slug"`},
		{"(?:a/(?P<x>\\d+)|b/(?P<y>\\w+))", map[string]string{"y": "q"}, "b/q", ""},
		{"(?:a/(?P<x>\\d+)|b/(?P<y>\\w+))", map[string]string{"x": "5"}, "a/5", ""},
		{"x{rest:.*}", nil, "x", ""},
		{"a(bb|cd)d+e{2}", nil, "abbdee", ""},
		{"[x]y{z:.*}$", map[string]string{"z": ""}, "xy", ""},
		{"(?i)about", nil, "ABOUT", ""},
	}
	for _, tt := range tests {
		p, err := Compile(tt.pattern)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.pattern, err)
			continue
		}
		got, err := p.Fill(tt.values)
		switch {
		case tt.err == "" && err != nil:
			t.Errorf("%q with %q: %v", tt.pattern, tt.values, err)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%q with %q: error %v, want one with %q", tt.pattern, tt.values, err, tt.err)
		case got != tt.want && !strings.EqualFold(got, tt.want):
			t.Errorf("%q with %q = %q, want %q", tt.pattern, tt.values, got, tt.want)
		}
	}
}

// TestProgram checks which patterns are matched without RE2. FuzzMatch checks that the
// result is that of RE2.
func TestProgram(t *testing.T) {
	fast := []string{
		"hello/(?P<name>.+)", "hello/{name}", "hello/{name...}", "{y:[0-9]+}/{m:[0-9]{2}}/{s}",
		"a/(?P<x>[a-z]+)-(?P<n>\\d*)", "(?P<x>.*)", "[^/]+", "x(?P<n>[0-9]{1,3})(?P<s>[a-z]?)",
		"(?P<x>.+)/edit", "{name}.txt", "{v:aa|bb}", "(?P<x>.+)\\.(?P<e>jpg|png)", "a(?:bc)?d", "a|ab", "x/(?:a|ab)", "{a}/(?:(?P<n>[0-9]+)px)",
		"{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}", `x[\x{80}-\x{10FFFF}]+`,
	}
	for _, text := range fast {
		p, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if p.re != nil {
			t.Errorf("%q needs RE2", text)
		}
	}
	slow := []string{"{a}{b}", "{a}-{b}", "(?i)x.+", "a|b.", "(?P<x>.+)\\.(?P<e>jpeg|png)", "(?:ab)?a.+", "(?P<x>a*)a{2,3}", `\pL+`, "é{2}.+", "(ab)+.", `\bx.`,
		"{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", `x[\x00-\x{80}]+`, "[ay]*[0-9]*y.*",
	}
	for _, text := range slow {
		p, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if p.re == nil {
			t.Errorf("%q is matched without RE2, which may not be exact", text)
		}
	}
	p, err := Compile("hello/{name}")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.program) != 1 {
		t.Errorf("after its head, %q is matched in %d steps, want 1", p.Text, len(p.program))
	}
}

// FuzzMatch checks that Match finds the same as package regexp.
func FuzzMatch(f *testing.F) {
	for _, pattern := range []string{
		"", "about.txt", "hello/(?P<name>.+)", "{a}/{b}", "{a}-{b}", "a|ab", "(?i)Straße", `\pL+`, "(a*)(a*)", "(|a)b",
		"(?P<x>[a-z]*)[0-9]{2,3}", "x(?P<y>.*?)z", "^a$", "(?m)^a$", "[^/]+/.*", "é+e", "\uFFFD.", "(?s).+", "a{0}b", "(?P<e>)x",
		"[a-c]{1,2}[c-e]", "\\x00", "{n:\\d+}(?:px)?", "(a|ab)", "(?P<x>.*)(?:aa|bb)", "(?:é|a)?b", "(?P<x>[^/]*)é", "(a|)(b|)c", "a(?P<x>[ab]{1,2})b", "(?P<x>(?P<y>a+)b)", "(?P<x>(?P<y>.+))", "x(?:|a)(?P<r>.*)", "[^a]{2}", "[\x00-\x7f]+é", "(?U)a+b", "$^", "\\za", "\\Q", "\\Qa+", "\\\\Q",
		`[\x{D800}-\x{D802}]b`, `\x{D800}b`, `a[\x{DFFF}-\x{E001}]`, `[a\x{D800}]+`, `(?i)\x{D800}`, "(?i)1/2",
	} {
		for _, s := range []string{"", "a", "ab", "hello/x/y", "é", "\xff", "a\nb", "12c", "straße", "xyzz", "\uFFFDb", "\uFFFD", "a\uE000", "1/2"} {
			f.Add(pattern, s)
		}
	}
	f.Fuzz(func(t *testing.T, text, s string) {
		p, err := Compile(text)
		if err != nil || !utf8.ValidString(text) {
			return
		}
		part, err := translate(text)
		if err != nil {
			t.Fatalf("Compile takes %q, translate says %v", text, err)
		}
		re, err := regexp.Compile(`\A(?:` + part.expr + `)\z`)
		if err != nil {
			t.Fatalf("Compile takes %q, regexp says %v", text, err)
		}
		if p.Kind == Literal {
			// Not by RE2, in which U+FFFD also matches every byte that is not UTF-8.
			if got, want := p.Match(s, nil), s == part.text; got != want {
				t.Fatalf("%q against %q: %v, want %v", text, s, got, want)
			}
			return
		}
		values := make([]string, len(p.Names))
		got := p.Match(s, values)
		found := re.FindStringSubmatch(s)
		if got != (found != nil) {
			t.Fatalf("%q against %q: %v, RE2 says %v", text, s, got, found != nil)
		}
		if !got {
			return
		}
		for i, name := range p.Names {
			if want := found[re.SubexpIndex(name)]; values[i] != want {
				t.Fatalf("%q against %q: %s is %q, RE2 says %q", text, s, name, values[i], want)
			}
		}
	})
}

// FuzzFill checks that Match finds the values in the selector that Fill made of them.
func FuzzFill(f *testing.F) {
	f.Add("hello/{a}/(?P<b>.*)", "x", "y/z")
	f.Add("(?:{a}|b)(?P<b>[0-9]*)?", "x", "12")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		p, err := Compile(text)
		if err != nil {
			return
		}
		values := map[string]string{}
		for i, name := range p.Names {
			values[name] = []string{a, b}[i%2]
		}
		s, err := p.Fill(values)
		if err != nil {
			return
		}
		found := make([]string, len(p.Names))
		if !p.Match(s, found) {
			t.Fatalf("%q does not match %q, which it was filled to", text, s)
		}
		for i, name := range p.Names {
			if found[i] != values[name] {
				t.Fatalf("%q filled to %q: %s is %q, want %q", text, s, name, found[i], values[name])
			}
		}
	})
}
