package gophermap_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe/gophermap"
)

func TestParseGph(t *testing.T) {
	text := strings.Join([]string{
		"Welcome",
		"there",
		"tthere",
		"t[0|not|an|entry|70]",
		"[0|About|about.txt|server|port]",
		"[1|Up|../|server|port]",
		"[1|Root||server|port]",
		"[0|Absolute|/x.txt|server|7071]\r",
		`[0|A \| B ] [|a\|b|server|port] and more`,
		"[1|Far|phlog|far.example|7070]",
		"[1|Far, no port|/|far.example|port]",
		"[1|Empty host|x||]",
		"[h|Web|URL:https://example.org/|server|port]",
		"[7|Find|find.cgi?x|server|port]",
		"[8|Telnet|name|server|23]",
		"[i|Info|Err|server|port]",
		"[3|Error|Err||]",
		"[0wide|Type|x|server|port]",
		"[x] a list",
		"[not an entry",
		"[ | ] art",
		"[ab|c]",
		"# no comment",
		".",
		"*",
		"0A\tb",
		"[1|few|server]",
		"[1|no end|x|server|port",
		"[|no type|x|server|port]",
		"[1|bad port|x|server|ports]",
		"",
	}, "\n")
	d := &gophermap.Directory{Base: "docs/", Explain: true}
	m := d.ParseGph(text)
	want := `1 iWelcome
2 ihere
3 ithere
4 i[0|not|an|entry|70]
5 0About|docs/about.txt|
6 1Up||
7 1Root
8 0Absolute|/x.txt|
9 0A | B ] [|docs/a|b|
10 1Far|phlog|far.example
11 1Far, no port|/|far.example
12 1Empty host|docs/x|
13 hWeb|URL:https://example.org/|
14 7Find|docs/find.cgi?x|
15 8Telnet|name|
16 iInfo
17 3Error
18 0Type|docs/x|
19 i[x] a list
20 i[not an entry
21 i[ | ] art
22 i[ab|c]
23 i# no comment
24 i.
25 i*
26 i0A	b
27 i[1|few|server]
28 i[1|no end|x|server|port
29 ino type|x|server|port]
30 i[1|bad port|x|server|ports]
line 27: 3 fields: write [type|name|selector|host|port], or put a t before a text (left out: false)
line 28: there is no ] at the end: write [type|name|selector|host|port], or put a t before a text (left out: false)
line 30: port "ports": write a number from 1 to 65535 (left out: false)
`
	want = strings.Replace(want, "6 1Up||\n", "6 1Up\n", 1)
	if diff := cmp.Diff(want, shown(m)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(m.Taken) != len(m.Items) || m.Taken[18].As != "text, for it is not [type|name|selector|host|port]" {
		t.Errorf("taken for %+v", m.Taken)
	}
	if m.Items[7].Port != 7071 || m.Items[9].Port != 7070 || m.Items[14].Port != 23 {
		t.Errorf("ports of %+v", m.Items)
	}
}

// FuzzParseGph: every line is an item, and one that does not begin with a bracket is text.
func FuzzParseGph(f *testing.F) {
	f.Add("t[0|a|b|server|port]\n[0|a|b|server|port]\n[1|\\|]\n[||||]", "a/")
	f.Add("[0||0||]", "\n")
	f.Fuzz(func(t *testing.T, text, base string) {
		m := (&gophermap.Directory{Base: base}).ParseGph(text)
		lines := strings.SplitAfter(strings.TrimPrefix(text, "\uFEFF"), "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		if len(m.Items) != len(lines) {
			t.Fatalf("%d items of %d lines", len(m.Items), len(lines))
		}
		for i, line := range lines {
			it := m.Items[i]
			if !strings.HasPrefix(line, "[") && (it.Type != 'i' || it.Selector != "" || it.Host != "") {
				t.Errorf("%q is %+v", line, it)
			}
			if strings.Contains(it.Name+strings.TrimPrefix(it.Selector, base)+it.Host, "\n") {
				t.Errorf("%q has a line in a field: %+v", line, it)
			}
		}
	})
}
