package gophermap_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophermap"
)

// at returns a Directory, at a/, with these files in it, of which those whose names end in "/"
// are directories.
func at(files map[string]string) *gophermap.Directory {
	names := func() (all []string) {
		for name := range files {
			all = append(all, strings.TrimSuffix(name, "/"))
		}
		slices.Sort(all)
		return all
	}
	return &gophermap.Directory{
		Base: "a/",
		Match: func(pattern string) []string {
			return slices.DeleteFunc(names(), func(name string) bool {
				ok, _ := path.Match(pattern, name)
				return !ok && name != pattern
			})
		},
		List: func(without map[string]bool, types map[string]gopherframe.ItemType) (items []gopherframe.Item, err error) {
			for _, name := range names() {
				if without[name] {
					continue
				}
				_, extension, _ := strings.Cut(name, ".")
				it := gopherframe.Item{Type: types[extension], Name: name, Selector: "a/" + name}
				items = append(items, it)
			}
			return items, nil
		},
		Include: func(name string) (string, string, error) {
			if name == "prog" {
				return "a/prog", "", gophermap.ErrNotRun
			}
			text, ok := files[name]
			if !ok || strings.HasSuffix(name, "/") {
				return "", "", fs.ErrNotExist
			}
			return name, text, nil
		},
		IsCommand: func(line string) bool { return strings.HasPrefix(line, "echo ") },
		Run: func(line, program string) (string, error) {
			if program == "a/prog" {
				return "=none\n", nil
			}
			if line == "echo fail" {
				return "half\n", errors.New("it failed")
			}
			return strings.TrimPrefix(line, "echo ") + "\n", nil
		},
		Users: func() []gopherframe.Item { return []gopherframe.Item{{Type: '1', Name: "~alice", Selector: "~alice/"}} },
		Hosts: func() []gopherframe.Item { return []gopherframe.Item{{Type: '1', Name: "host", Host: "host.example"}} },
	}
}

// shown returns a map in one line of text for each item.
func shown(m *gophermap.Map) string {
	var b strings.Builder
	for i, it := range m.Items {
		typ := it.Type.String()
		if typ == "" {
			typ = "?"
		}
		fmt.Fprintf(&b, "%s%d %s%s", m.Files[i], m.Lines[i], typ, it.Name)
		if it.Selector != "" || it.Host != "" {
			fmt.Fprintf(&b, "|%s|%s", it.Selector, it.Host)
		}
		b.WriteString("\n")
	}
	for _, p := range m.Problems {
		fmt.Fprintf(&b, "%v (left out: %v)\n", p, p.LeftOut)
	}
	return b.String()
}

func TestDirectives(t *testing.T) {
	files := map[string]string{
		"one.txt": "", "two.txt": "", "odd[1].bak": "", "old.bak": "", "pic.foo": "", "sub/": "", "[x]": "",
		"inc": "Included\n0Two\ttwo.txt\n!Its title\n.\nnot read\n", "lists": "before\n*\nafter\n", "bad": "fine\n0x\ty\th\tp\n",
		"loop": "round\n=loop\nend\n", "ping": "=pong\n", "pong": "=ping\n", "none": "", "-odd": "",
	}
	hideAll := "-*\n"
	for _, tt := range []struct{ name, text, want string }{
		{"title", "!Hello\n!!!\n! see\n!-->\ntext\n!Later\n!With\tTAB\n", "1 iHello|TITLE|\n2 i!!!\n3 i! see\n4 i!-->\n5 itext\n6 iLater|TITLE|\n7 !With|a/TAB|\n"},
		{"title written out", "iHello\tTITLE\tnull.host\t1\niHi\tTITLED\n", "1 iHello|TITLE|\n2 iHi\n"},
		{"stop", "a\n.\nb\n", "1 ia\n"},
		{"not stop", "..\n. \n.a\n", "1 i..\n2 i. \n3 i.a\n"},
		{"comment", "#a\n# b\tc\n #d\n", "3 i #d\n"},
		{"list", hideAll + "*\nafter\n", ""},
		{"list but what is named", "-*d\n-lists\n-[lp]*\n-none\n-*odd\n0One\tone.txt\n1Sub\tsub/\nhX\t/a/[x]\n0Bak\tb/old.bak\n*\n",
			"6 0One|a/one.txt|\n7 1Sub|a/sub/|\n8 hX|/a/[x]|\n9 0Bak|a/b/old.bak|\n10 ?inc|a/inc|\n10 ?odd[1].bak|a/odd[1].bak|\n10 ?old.bak|a/old.bak|\n10 ?two.txt|a/two.txt|\n"},
		{"names elsewhere", "-[a-z]*\n--odd\n1X\t[x]\th\n*\n", "3 1X|[x]|h\n4 ?[x]|a/[x]|\n"},
		{"a name that is a pattern, too", "-[x]\n-odd[1].bak\n-[^o[]*\n-o[ln]*\n--odd\n*\n", ""},
		{"not a list", "* \n* a\n*.\n", "1 i* \n2 i* a\n3 i*.\n"},
		{"hide", "-one.txt\n- one.txt\n-gone.txt\n-\n---\n-[\n", "2 i- one.txt\n3 i-gone.txt\n4 i-\n5 i---\n6 i-[\n"},
		{"hide with a TAB", "-one.txt\tx\n", "1 -one.txt|a/x|\n"},
		{"types", "-[^p]*\n-p?n*\n:foo=I\n:.FOO=g\n*\n", "5 gpic.foo|a/pic.foo|\n"},
		{"not types", ":)\n:=g\n:a b=g\n:a=gg\n:a= \n: a=g\n:.=g\n", "1 i:)\n2 i:=g\n3 i:a b=g\n4 i:a=gg\n5 i:a= \n6 i: a=g\n7 i:.=g\n"},
		{"include", "a\n=inc\nb\n", "1 ia\ninc1 iIncluded\ninc2 0Two|a/two.txt|\ninc3 iIts title|TITLE|\n3 ib\n"},
		{"include of a list", "a\n=lists\nb\n", "1 ia\nlists1 ibefore\n3 ib\n"},
		{"include of a problem", "=bad\n", "bad1 ifine\nbad2 i0x\ty\th\tp\nbad: line 2: port \"p\": write a number from 1 to 65535 (left out: false)\n"},
		{"includes in a circle", "=loop\n=ping\n", "loop1 iround\nloop3 iend\n" +
			"loop: line 2: loop is included while it is being read: take this line out (left out: true)\n" +
			"pong: line 1: ping is included while it is being read: take this line out (left out: true)\n"},
		{"twice is no circle", "=none\n=none\n", ""},
		{"not an include", "=gone\n==== A ====\n= a\n=\n====\n=sub/\n", "1 i=gone\n2 i==== A ====\n3 i= a\n4 i=\n5 i====\n6 i=sub/\n"},
		{"a command", "=echo Hi\tthere\n=echo 0a\tb\n", "1 Hi|a/there|\n2 0a|a/b|\n"},
		{"what a command prints", "=echo =inc\n=echo *\n=echo -one.txt\n=echo !T\n=echo .\n=echo #\nend\n", "1 i=inc\n2 i*\n3 i-one.txt\n4 iT|TITLE|\n7 iend\n"},
		{"a program", "=prog\nend\n", "1 i=none\n2 iend\n"},
		{"a command that fails", "=echo fail\nend\n", "1 ihalf\n2 iend\nline 1: it failed (left out: true)\n"},
		{"users and hosts", "~\n%\n~ \n%a\n", "1 1~alice|~alice/|\n2 1host||host.example\n3 i~ \n4 i%a\n"},
		{"this server", "1A\tx\t+\t+\n1B\t\t+\t+\n1C\ty\t+\t\n1D\tz\th\t+\n1E\t/f\t+\t7070\n", "1 1A|a/x|\n2 1B\n3 1C|a/y|\n4 1D|z|h\n5 1E|/f|\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := at(files).Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, shown(m)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestMapsAreBounded: by items, bytes, depth and lookups, over all that is included.
func TestMapsAreBounded(t *testing.T) {
	files := map[string]string{"lines": strings.Repeat("\n", 70_000), "bytes": strings.Repeat(strings.Repeat("x", 59)+"\n", 10_000)}
	for i := range 20 {
		files[fmt.Sprint("deep", i)] = fmt.Sprintf("%d\n=deep%d\n", i, i+1)
	}
	for _, tt := range []struct {
		name, text string
		items      int
		more       bool
		problem    string // the last
	}{
		{"items", "=lines\n=lines\nend\n", gophermap.MaxItems, true, ""},
		{"bytes", "=bytes\n=bytes\nend\n", (gophermap.MaxBytes - len("=bytes\n=bytes\nend\n")) / 60, true, ""},
		{"bytes of commands", "=bytes\n=echo " + files["bytes"][:59] + "\n=echo end\n=bytes\n", 17475, true, ""},
		{"depth", "=deep0\nend\n", 9, false, "deep7: line 2: \"deep8\" is not included: at most 8 files may be included in each other"},
		{"users", strings.Repeat("~\n", 1200), 1200, false, "line 1001: at most 1000 lines may include, hide or list something: this one and those after it are text"},
		{"lookups", strings.Repeat("=gone\n-gone\n", 600), 1200, false, "line 1001: at most 1000 lines may include, hide or list something: this one and those after it are text"},
	} {
		m, err := at(files).Parse(tt.text)
		if err != nil || len(m.Items) != tt.items || m.More != tt.more {
			t.Errorf("%s: %d items, more: %v, %v; want %d, %v", tt.name, len(m.Items), m.More, err, tt.items, tt.more)
		}
		if len(m.Problems) != min(len(tt.problem), 1) || tt.problem != "" && m.Problems[0].Error() != tt.problem {
			t.Errorf("%s: problems %v, want %q", tt.name, m.Problems, tt.problem)
		}
	}
	d := at(nil)
	d.List = func(map[string]bool, map[string]gopherframe.ItemType) ([]gopherframe.Item, error) {
		return make([]gopherframe.Item, gophermap.MaxItems), nil
	}
	if m, _ := d.Parse("a\n*\n"); len(m.Items) != gophermap.MaxItems || !m.More {
		t.Errorf("%d items of a listing, more: %v", len(m.Items), m.More)
	}
}

// TestListFails: without its listing a map is not whole.
func TestListFails(t *testing.T) {
	failed := errors.New("failed")
	d := &gophermap.Directory{List: func(map[string]bool, map[string]gopherframe.ItemType) ([]gopherframe.Item, error) {
		return nil, failed
	}}
	if _, err := d.Parse("a\n*\n"); err != failed {
		t.Errorf("error %v", err)
	}
}

// TestCommandsAreNotRun: without Run they are left out, and the text of a program as well.
func TestCommandsAreNotRun(t *testing.T) {
	d := at(nil)
	d.File, d.Run = "a/gophermap", nil
	d.Include = func(name string) (string, string, error) {
		if name == "prog" {
			return "", "", fmt.Errorf("a/prog: %w", gophermap.ErrNotRun)
		}
		return "", "", fs.ErrNotExist
	}
	m, _ := d.Parse("=echo hi\n=prog\nend\n")
	want := "a/gophermap3 iend\na/gophermap: line 1: programs in maps are not run here (left out: true)\na/gophermap: line 2: programs in maps are not run here (left out: true)\n"
	if diff := cmp.Diff(want, shown(m)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExplain(t *testing.T) {
	d := at(map[string]string{"one": "", "inc": "*\n"})
	d.File, d.Explain = "map", true
	m, _ := d.Parse("!Hi\n# c\n0One\tone\n- b\n-one\n-gone\n=inc\n=gone\n:a=g\n:)\n~\n%\n=echo 1\n0x\t\th\tp\ntext\n*\nafter\n")
	var got []string
	for _, taken := range m.Taken {
		got = append(got, fmt.Sprintf("%s:%d: %s: %s", taken.File, taken.Line, taken.As, taken.Text))
	}
	if diff := cmp.Diff([]string{
		"map:1: title: !Hi", "map:2: comment: # c", "map:3: item: 0One\tone", "map:4: text, not a name to hide: - b", "map:5: hide: -one",
		"map:6: text, for there is no file or directory of this name to hide: -gone", "map:7: include: =inc", "inc:1: stop, for only the map itself ends with a listing: *",
		"map:8: text, for there is no file or command of this name: =gone", "map:9: type: :a=g", "map:10: text, not :extension=type: :)", "map:11: users: ~", "map:12: hosts: %",
		"map:13: command: =echo 1", "map:14: text that makes no sense otherwise: 0x\t\th\tp", "map:15: text: text", "map:16: listing: *",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d = &gophermap.Directory{Explain: true}
	m, _ = d.Parse("~\n%\n*\n=a\n-a\n:a=b\n")
	for _, taken := range m.Taken {
		if !strings.HasPrefix(taken.As, "text") {
			t.Errorf("%+v in a map without a directory", taken)
		}
	}
}

// FuzzDirectory: whatever its functions return, a Map stays within its bounds and tells the
// line of every item, a listed name stays a name.
func FuzzDirectory(f *testing.F) {
	f.Add("=a\n-b\n*\n", "=a\n=b\n~\n", "c\t/x\th\n1evil\t/y", "=a\n*\n0x\ty\n")
	f.Add("=c\n:x=g\n~\n%\n*", "-c\n.\n", "name", "!t\n%\n")
	f.Fuzz(func(t *testing.T, text, included, name, printed string) {
		items := func() []gopherframe.Item { return []gopherframe.Item{{Type: '1', Name: name, Selector: name}} }
		includes, listed := 0, 0
		d := &gophermap.Directory{
			File:  "map",
			Match: func(string) []string { return []string{name} },
			List: func(without map[string]bool, types map[string]gopherframe.ItemType) ([]gopherframe.Item, error) {
				listed++
				return items(), nil
			},
			Include: func(of string) (string, string, error) {
				if includes++; of == name {
					return "", "", fs.ErrNotExist
				}
				return fmt.Sprint("included", includes), included, nil // never the same: no circle
			},
			IsCommand: func(string) bool { return true },
			Run:       func(string, string) (string, error) { return printed, nil },
			Users:     items,
			Explain:   true,
		}
		m, err := d.Parse(text)
		if err != nil || len(m.Items) > gophermap.MaxItems || len(m.Problems) > gophermap.MaxProblems || includes > gophermap.MaxLookups || listed > 1 {
			t.Fatalf("%v: %d items, %d problems, %d includes, %d listings", err, len(m.Items), len(m.Problems), includes, listed)
		}
		if len(m.Files) != len(m.Items) || len(m.Lines) != len(m.Items) {
			t.Fatalf("%d items of %d files and %d lines", len(m.Items), len(m.Files), len(m.Lines))
		}
		count := map[string]int{"map": strings.Count(text, "\n") + 1}
		for i, it := range m.Items {
			limit := count[m.Files[i]]
			if limit == 0 {
				limit = strings.Count(included, "\n") + 1
			}
			if m.Lines[i] < 1 || m.Lines[i] > limit || strings.ContainsAny(it.Name+it.Selector+it.Host, "\n") && it.Name != name {
				t.Errorf("item %d of line %d of %s is %+v", i, m.Lines[i], m.Files[i], it)
			}
		}
	})
}
