package gophermap_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophermap"
)

// TestTypesThatNoMenuHas: text with a TAB in it is no item of which the first byte, or half a letter, is the type.
func TestTypesThatNoMenuHas(t *testing.T) {
	for _, line := range []string{"étude\t/x", "  indented\tby TAB", "\x00\t/x", "\r\t/x", "\x7F\t/x", "...\tmore"} {
		for _, m := range []*gophermap.Map{
			gophermap.Parse(line, ""),
			(&gophermap.Directory{}).ParseGph("[" + strings.ReplaceAll(line, "\t", "|") + "|x|server|port]"),
		} {
			if len(m.Items) != 1 || m.Items[0].Type != gopherframe.TypeInfo || len(m.Problems) != 1 || !strings.Contains(m.Problems[0].Error(), "type") {
				t.Errorf("%q is %v, with the problems %v", line, m.Items, m.Problems)
			}
		}
	}
}

func TestParse(t *testing.T) {
	text := "\uFEFF# a comment\nWelcome\r\n0About\tabout.txt\n1Bad\tx\th\tseventy\n\n1Up\t../other\n7Find\t/find\n\tno type\n1Far\tsel\th\t7070"
	m := gophermap.Parse(text, "docs/")
	want := []gopherframe.Item{
		{Type: 'i', Name: "Welcome"},
		{Type: '0', Name: "About", Selector: "docs/about.txt"},
		{Type: 'i', Name: "1Bad\tx\th\tseventy"},
		{Type: 'i'},
		{Type: '1', Name: "Up", Selector: "other"},
		{Type: '7', Name: "Find", Selector: "/find"},
		{Type: 'i', Name: "\tno type"},
		{Type: '1', Name: "Far", Selector: "sel", Host: "h", Port: 7070},
	}
	if diff := cmp.Diff(want, m.Items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{2, 3, 4, 5, 6, 7, 8, 9}, m.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var problems []string
	for _, p := range m.Problems {
		problems = append(problems, p.Error())
		if p.Unwrap() != p.Err {
			t.Errorf("%v does not unwrap", p)
		}
	}
	if diff := cmp.Diff([]string{
		`line 4: port "seventy": write a number from 1 to 65535`,
		"line 8: there is nothing before the first TAB: write the type and the name there",
	}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestRelativeSelectors(t *testing.T) {
	for selector, want := range map[string]string{
		".": "a/b/", "..": "a/", "./": "a/b/", "../": "a/", "../..": "", "../../..": "", "../../../x": "x", "./../c": "a/c",
		"..x": "a/b/..x", ".x": "a/b/.x", "x/..": "a/b/x/..", "/..": "/..", "URL:x": "URL:x", "x": "a/b/x",
	} {
		m := gophermap.Parse("1Name\t"+selector, "a/b/")
		if got := m.Items[0].Selector; got != want {
			t.Errorf("%q leads to %q, want %q", selector, got, want)
		}
	}
}

// TestNUL: what ends up as SPACE in a menu is no part of a number.
func TestNUL(t *testing.T) {
	if m := gophermap.Parse("0A\tx\th\t7\x000", ""); len(m.Problems) != 1 {
		t.Errorf("%+v", m)
	}
}

func TestParseIsBounded(t *testing.T) {
	m := gophermap.Parse(strings.Repeat("\n", 1<<20), "")
	if len(m.Items) != gophermap.MaxItems || !m.More {
		t.Errorf("%d items of a million, more: %v", len(m.Items), m.More)
	}
	m = gophermap.Parse(strings.Repeat("\n", gophermap.MaxItems)+"# the end\n", "")
	if len(m.Items) != gophermap.MaxItems || m.More {
		t.Errorf("%d items, more: %v", len(m.Items), m.More)
	}
	m = gophermap.Parse(strings.Repeat("\tx\n", 5000), "")
	if len(m.Items) != 5000 || len(m.Problems) != gophermap.MaxProblems {
		t.Errorf("%d items, %d problems", len(m.Items), len(m.Problems))
	}
}

// FuzzParse: every line up to the first that is a period is an item on its line, but for
// comments, and only items that Parse understood are links.
func FuzzParse(f *testing.F) {
	f.Add("0a\tb\thost\t70\n#x\ntext\r\n\t\t\t\n1x\t../y\n", "a/b/")
	f.Add("1\t\t\t\r", "")
	f.Add("!a\n!!\n=b\n-c\n*\n:d=0\n.\nlast", "")
	f.Fuzz(func(t *testing.T, text, base string) {
		m := gophermap.Parse(text, base)
		var want []int // the lines that have items
		lines := strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n")
		for i, line := range lines {
			lines[i] = strings.TrimSuffix(line, "\r")
			if lines[i] == "." {
				break
			}
			if !strings.HasPrefix(line, "#") && (line != "" || i < len(lines)-1) {
				want = append(want, i+1)
			}
		}
		if !slices.Equal(m.Lines, want) || len(m.Items) != len(want) || len(m.Files) != len(want) {
			t.Fatalf("%d items of %d files on lines %d, want %d", len(m.Items), len(m.Files), m.Lines, want)
		}
		wrong := map[int]bool{}
		for _, p := range m.Problems {
			wrong[p.Line] = true
		}
		for i, number := range m.Lines {
			line, it := lines[number-1], m.Items[i]
			head, _, isItem := strings.Cut(line, "\t")
			switch {
			case wrong[number] && (it.Type != gopherframe.TypeInfo || it.Name != line):
				t.Errorf("line %d makes no sense and is %+v", number, it)
			case wrong[number]:
			case isItem && string([]byte{byte(it.Type)})+it.Name != head, !isItem && it.Name != line && "!"+it.Name != line, !isItem && it.Type != gopherframe.TypeInfo:
				t.Errorf("line %d, %q, is %+v", number, line, it)
			}
		}
	})
}
