package files_test

import (
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophertest"
	"gopherframe/internal/harmless"
	"gopherframe/layout"
)

// names returns what is shown of the items of a menu, a line each.
func names(h gopherframe.Handler, selector string) string {
	var b strings.Builder
	for _, it := range h(&gopherframe.Request{Selector: selector}).(*gopherframe.Menu).Items {
		b.WriteString(it.Name + "\n")
	}
	return b.String()
}

// TestLongInColumns: the columns begin at the same cell, whatever the script of a name, and names that are
// cut can be told apart. All file systems tell the same.
func TestLongInColumns(t *testing.T) {
	long := "minutes-of-the-meeting-on-the-first-of-may-"
	tree := map[string]string{
		"docs/x": "", "a.txt": strings.Repeat("x", 999), "b.txt": strings.Repeat("x", 1000), "empty.txt": "",
		"你好.txt": "x", "e\u0301.txt": "x", "שלום.txt": "x", long + "2025.txt": "x", long + "2026.txt": "x", long[:40] + "xyz-" + long + "2026.txt": "x",
	}
	dir := plant(t, tree)
	date := time.Date(2026, 5, 1, 23, 59, 59, 0, time.UTC)
	mapFS := fstest.MapFS{"docs": {Mode: fs.ModeDir | 0o755, ModTime: date}}
	for name, text := range tree {
		mapFS[name] = &fstest.MapFile{Data: []byte(text), ModTime: date}
		for _, of := range []string{name, path.Dir(name)} {
			if err := os.Chtimes(filepath.Join(dir, of), date, date); err != nil {
				t.Fatal(err)
			}
		}
	}
	const tail = "  2026-05-01\n"
	want := "docs                                                  -" + tail +
		"a.txt                                             999 B" + tail +
		"b.txt                                            1.0 kB" + tail +
		"empty.txt                                           0 B" + tail +
		"e\u0301.txt                                               1 B" + tail +
		"minutes-of-the-meeting-on-the-f…of-may-2025.txt     1 B" + tail +
		"minutes-of-the-meeting-on-the-f…of-may-2026.txt     1 B" + tail +
		"minutes-of-the-meeting-on-…-may-2026.txt~2          1 B" + tail +
		"שלום.txt\u200e                                            1 B" + tail +
		"你好.txt                                            1 B" + tail
	for name, fsys := range map[string]fs.FS{"Dir": must(files.Dir(dir)), "os.DirFS": os.DirFS(dir), "MapFS": mapFS} {
		h := files.Server(fsys, files.Long)
		if diff := cmp.Diff(want, names(h, "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, it := range h(&gopherframe.Request{}).(*gopherframe.Menu).Items {
			if !it.Date.Equal(date) {
				t.Errorf("%s: %s has the date %v", name, it.Selector, it.Date)
			}
		}
	}
}

// TestShownFacts: sizes and dates of all kinds stay in their columns.
func TestShownFacts(t *testing.T) {
	date := time.Date(2026, 5, 1, 0, 0, 0, 0, time.FixedZone("far east", 14*3600))
	for _, tt := range []struct {
		size int64
		date time.Time
		err  error
		want string // behind the name
	}{
		{0, date, nil, "   0 B  2026-04-30"}, // in UTC
		{999, date, nil, " 999 B  2026-04-30"},
		{1000, date, nil, "1.0 kB  2026-04-30"},
		{9_949, date, nil, "9.9 kB  2026-04-30"},
		{9_950, date, nil, " 10 kB  2026-04-30"},
		{999_499, date, nil, "999 kB  2026-04-30"},
		{999_500, date, nil, "1.0 MB  2026-04-30"},
		{1 << 40, date, nil, "1.1 TB  2026-04-30"},
		{math.MaxInt64, date, nil, "9.2 EB  2026-04-30"},
		{-1, date, nil, "     -  2026-04-30"},
		{1, time.Time{}, nil, "   1 B  -"},
		{1, time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), nil, "   1 B  -"},
		{1, time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), nil, "   1 B  -"},
		{1, date, fs.ErrNotExist, "     -  -"}, // it has gone meanwhile
	} {
		h := files.Server(oneFS{fact{size: tt.size, date: tt.date, err: tt.err}}, files.Long)
		want := "a.txt" + strings.Repeat(" ", layout.Columns-len("a.txt  2026-04-30")-len(" 999 B")) + tt.want + "\n"
		if got := names(h, ""); got != want {
			t.Errorf("%d, %v, %v: %q, want %q", tt.size, tt.date, tt.err, got, want)
		}
	}
}

// oneFS is a directory with one entry.
type oneFS struct{ fact }

func (o oneFS) Open(name string) (fs.File, error) {
	if name != "." {
		return nil, fs.ErrNotExist
	}
	return &oneDir{entries: []fs.DirEntry{o.fact}}, nil
}

type oneDir struct {
	manyDir
	entries []fs.DirEntry
}

func (d *oneDir) ReadDir(int) (list []fs.DirEntry, err error) {
	list, d.entries = d.entries, nil
	if list == nil {
		return nil, io.EOF
	}
	return list, nil
}

// A fact is a file a.txt.
type fact struct {
	size int64
	date time.Time
	err  error
}

func (fact) Name() string                 { return "a.txt" }
func (fact) IsDir() bool                  { return false }
func (fact) Type() fs.FileMode            { return 0 }
func (fact) Mode() fs.FileMode            { return 0o644 }
func (fact) Sys() any                     { return nil }
func (f fact) Size() int64                { return f.size }
func (f fact) ModTime() time.Time         { return f.date }
func (f fact) Info() (fs.FileInfo, error) { return f, f.err }

// TestLongLinks: a link has the size and date of what it leads to.
func TestLongLinks(t *testing.T) {
	dir := plant(t, map[string]string{"sub/a.txt": "four"})
	date := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "sub/a.txt"), date, date); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("sub/a.txt", filepath.Join(dir, "z.txt")); err != nil {
		t.Fatal(err)
	}
	if got := names(serveDir(t, dir, files.Long), ""); !strings.HasSuffix(got, "\nz.txt                                               4 B  2001-02-03\n") {
		t.Error(got)
	}
}

// TestShortenedNamesDiffer: however alike the names are.
func TestShortenedNamesDiffer(t *testing.T) {
	site := fstest.MapFS{}
	for i := range 2000 {
		site[strings.Repeat("a", 40)+fmt.Sprintf("%04d", i)+strings.Repeat("b", 40)] = &fstest.MapFile{}
	}
	seen := map[string]bool{}
	for line := range strings.Lines(names(files.Server(site, files.Long), "")) {
		if width := layout.Width(line[:len(line)-1]); width > layout.Columns || seen[line] {
			t.Fatalf("%q takes %d, or is there twice", line, width)
		}
		seen[line] = true
	}
	if len(seen) != 2000 {
		t.Errorf("%d lines", len(seen))
	}
}

// FuzzLong: files of any names have lines of at most 67 cells that differ, and lead to the
// file.
func FuzzLong(f *testing.F) {
	f.Add("plain.txt", "other.txt")
	f.Add("你好世界你好世界你好世界你好世界你好世界你好世界你好世界", "👩‍👩‍👧🇩🇪e\u0301\u0301\u0301\u0301")
	f.Add("שלום שלום\u200f", "\u061cسلام\u202e\u2066")
	f.Add("\uFE0F\uFE0F", "\u1160\u0301~2"+strings.Repeat("m", 100))
	f.Add(strings.Repeat("\u0301", 80)+strings.Repeat("\u0903", 80), strings.Repeat("\u0085\u009b\x7f", 40))
	f.Fuzz(func(t *testing.T, a, b string) {
		site := fstest.MapFS{}
		for _, name := range []string{a, b, a + b, b + a, a + strings.Repeat("-", 90) + b, a + strings.Repeat("-", 91) + b} {
			if fs.ValidPath(name) && name[0] != '.' && name != "gophermap" {
				site[name] = &fstest.MapFile{Data: []byte(name)}
			}
		}
		menu, ok := files.Server(site, files.Long)(&gopherframe.Request{}).(*gopherframe.Menu)
		if !ok {
			t.Skip() // a path through a file
		}
		lines := map[string]string{}
		for _, it := range menu.Items {
			if width := layout.Width(it.Name); width > layout.Columns || !utf8.ValidString(it.Name) {
				t.Errorf("%q: %q takes %d cells", it.Selector, it.Name, width)
			}
			if other, ok := lines[it.Name]; ok && harmless.Text(other) != harmless.Text(it.Selector) {
				t.Errorf("%q and %q are both %q", other, it.Selector, it.Name)
			}
			lines[it.Name] = it.Selector
			if it.Type == '1' {
				continue
			}
			resp := files.Server(site)(&gopherframe.Request{Selector: it.Selector})
			if file, ok := resp.(*gopherframe.File); !ok || site[file.Name] == nil || file.Name != it.Selector {
				t.Errorf("%q leads to %+v", it.Selector, resp)
			}
		}
	})
}

func ExampleLong() {
	site := fstest.MapFS{
		"about.txt":        {Data: []byte("About us.\n"), ModTime: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)},
		"posts/1993.txt":   {Data: make([]byte, 2345), ModTime: time.Date(1993, 3, 1, 0, 0, 0, 0, time.UTC)},
		"posts/2026.txt":   {Data: make([]byte, 67890), ModTime: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		"posts/draft.bak":  {},
		"posts/picture.px": {Data: make([]byte, 1<<20), ModTime: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)},
	}
	h := files.Server(site, files.Title("Moles"), files.Up, files.Long, files.Sort(files.Newest), files.Hide("*.bak"), files.Type("px", gopherframe.TypeImage))
	print(gophertest.Get(h, "posts"))
	// Output:
	// iposts - Moles		error.host	0
	// i		error.host	0
	// 1..		localhost	70
	// 02026.txt                                          68 kB  2026-03-01	posts/2026.txt	localhost	70
	// Ipicture.px                                       1.0 MB  2025-03-01	posts/picture.px	localhost	70
	// 01993.txt                                         2.3 kB  1993-03-01	posts/1993.txt	localhost	70
	// .
}
