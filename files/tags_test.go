package files_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophertest"
	"gopherframe/internal/framing"
)

// TestTags: what a gophertag makes of the entry and the heading of its directory.
func TestTags(t *testing.T) {
	dir := plant(t, map[string]string{
		"gophertag": "The root\n", "a/gophertag": "  Its  name \r\nmore\n", "a/x.txt": "", "b/gophertag": "", "b/x.txt": "", "c/gophertag": " \t\n", "c/x.txt": "",
		"d/gophertag": "\x1b[31mred\tand\u202e\xff\n", "e/gophertag": strings.Repeat("ü", 150), "f/gophertag/x.txt": "", "g/gophermap": "*\n", "g/gophertag": "A map\n", "g/h/gophertag": "Below\n",
		"i/x.txt": "",
	})
	const red, long = "[31mred and \ufffd", 100
	entries := "1Its  name|a\n1b|b\n1c|c\n1" + red + "|d\n1" + strings.Repeat("ü", long) + "|e\n1f|f\n1A map|g\n1i|i\n"
	title := func(text string) string { return "i" + text + "|" + framing.TitleSelector + "\ni\n" }
	for name, tt := range map[string]struct {
		options []files.Option
		want    map[string]string
	}{
		"tags": {[]files.Option{files.Tags}, map[string]string{
			"": title("The root") + entries, "a": title("Its  name") + "0x.txt|a/x.txt\n", "b": "0x.txt|b/x.txt\n", "c": "0x.txt|c/x.txt\n",
			"d": title(red), "f": "1gophertag|f/gophertag\n", "g": "1Below|g/h\n",
		}},
		"title": {[]files.Option{files.Tags, files.Title("My site"), files.Up}, map[string]string{
			"a": title("Its  name") + "1..\n0x.txt|a/x.txt\n", "b": title("b - My site") + "1..\n0x.txt|b/x.txt\n", "": title("The root") + entries,
		}},
		"no tags": {nil, map[string]string{"a": "0gophertag|a/gophertag\n0x.txt|a/x.txt\n", "g": "1h|g/h\n0gophertag|g/gophertag\n"}},
	} {
		h := serveDir(t, dir, tt.options...)
		for selector, want := range tt.want {
			if diff := cmp.Diff(want, menuOf(t, h, &gopherframe.Request{Selector: selector})); diff != "" {
				t.Errorf("%s, %q (-want +got):\n%s", name, selector, diff)
			}
		}
	}
	h := serveDir(t, dir, files.Tags, files.Long)
	if got := strings.SplitAfter(names(h, "g"), "\n")[0]; !strings.HasPrefix(got, "Below"+strings.Repeat(" ", 49)+"-  2") {
		t.Errorf("with sizes and dates: %q", got)
	}
	if got := exchange(t, h, "a/gophertag\n", info); got != "  Its  name \r\nmore\r\n.\r\n" {
		t.Errorf("the file is answered with %q", got)
	}
}

// TestTagsStayInTheTree: a gophertag that leads nowhere or out of the tree names nothing, and there is no such map.
func TestTagsStayInTheTree(t *testing.T) {
	dir := plant(t, map[string]string{"site/a/x": "", "site/b/x": "", "site/c/x": "", "site/name": "Inside\n", "secret": "secret\n"})
	for link, target := range map[string]string{"a/gophertag": "../../secret", "b/gophertag": "../name", "c/gophertag": "gone", "z.gophermap": "../secret"} {
		if err := os.Symlink(target, filepath.Join(dir, "site", link)); err != nil {
			t.Skip(err)
		}
	}
	got := menuOf(t, serveDir(t, filepath.Join(dir, "site"), files.Tags), &gopherframe.Request{})
	if want := "1a|a\n1Inside|b\n1c|c\n0name|name\n"; got != want {
		t.Errorf("the menu is %q, want %q", got, want)
	}
}

// TestTagsAreNotKept: the next request sees a gophertag or an inline map that has changed, although the directory
// has not, and its menu would be kept without Tags.
func TestTagsAreNotKept(t *testing.T) {
	dir := plant(t, map[string]string{"d/gophertag": "", "m.gophermap": ""})
	for name, fsys := range map[string]fs.FS{"Dir": must(files.Dir(dir)), "os.DirFS": os.DirFS(dir)} {
		h, kept := files.NewKept(fsys, files.Tags)
		kept.Later(time.Hour)
		for _, content := range []string{"old", "new"} {
			for _, path := range []string{"d/gophertag", "m.gophermap"} {
				if err := os.WriteFile(filepath.Join(dir, path), []byte(content+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := menuOf(t, h, &gopherframe.Request{}), fmt.Sprintf("1%s|d\ni%[1]s\n", content); got != want {
				t.Errorf("%s: the menu is %q, want %q", name, got, want)
			}
		}
		if is, _ := kept.Mark("."); is {
			t.Errorf("%s: the menu is kept", name)
		}
		h, kept = files.NewKept(fsys, files.Type("gophermap", '0'))
		kept.Later(time.Hour)
		h(&gopherframe.Request{})
		if is, _ := kept.Mark("."); !is {
			t.Errorf("%s: no menu is kept", name)
		}
	}
}

// TestManyTags: a menu has 1,000 of them, and the names of the directories after those.
func TestManyTags(t *testing.T) {
	site := fstest.MapFS{}
	for i := range 1_002 {
		site[fmt.Sprintf("%04d/gophertag", i)] = &fstest.MapFile{Data: []byte("tag\n")}
	}
	got := names(files.Server(site, files.Tags), "")
	if want := strings.Repeat("tag\n", 1_000) + "1000\n1001\n"; got != want {
		t.Errorf("the names are %q", got)
	}
}

func ExampleTags() {
	site := fstest.MapFS{
		"y2026/gophertag":  {Data: []byte("Posts of 2026\n")},
		"intro.gophermap":  {Data: []byte("Some files:\n")},
		"moles.txt":        {Data: []byte("Moles.\n")},
		"y2026/post-1.txt": {Data: []byte("Spring.\n")},
	}
	h := files.Server(site, files.Tags)
	print(gophertest.Get(h, ""))
	print(gophertest.Get(h, "y2026"))
	// Output:
	// 1Posts of 2026	y2026	localhost	70
	// iSome files:		error.host	0
	// 0moles.txt	moles.txt	localhost	70
	// .
	// iPosts of 2026		error.host	0
	// i		error.host	0
	// 0post-1.txt	y2026/post-1.txt	localhost	70
	// .
}
