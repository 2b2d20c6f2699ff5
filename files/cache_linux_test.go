package files_test

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
)

// settle waits until what was planted is old enough to be kept: nobody can set the times of
// changes back.
func settle() { time.Sleep(2100 * time.Millisecond) }

// openDir returns the directory as a file system that is closed at the end of the test.
func openDir(t testing.TB, dir string) fs.FS {
	t.Helper()
	fsys := must(files.Dir(dir))
	t.Cleanup(func() { fsys.(io.Closer).Close() })
	return fsys
}

// check fails the test if err is not nil.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestChangesAreSeen: whatever changes a file or directory is seen by the next request.
func TestChangesAreSeen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, selector string
		change         func(path string) error // given the path of what the selector names
		want           string                  // in the answer afterwards
	}{
		{"same length", "same.txt", func(p string) error { return os.WriteFile(p, []byte("new"), 0o644) }, "new\r\n"},
		{"appended", "append.txt", func(p string) error { return os.WriteFile(p, []byte("old and new"), 0o644) }, "old and new\r\n"},
		{"cut", "cut.txt", func(p string) error { return os.Truncate(p, 0) }, "\r\n.\r\n"},
		{"replaced by a rename", "rename.txt", func(p string) error { return os.Rename(filepath.Dir(p)+"/same-age", p) }, "new\r\n"},
		{"touched back", "touch.txt", func(p string) error {
			info, err := os.Stat(p)
			if err != nil {
				return err
			}
			if err := os.WriteFile(p, []byte("new"), 0o644); err != nil {
				return err
			}
			return os.Chtimes(p, info.ModTime(), info.ModTime())
		}, "new\r\n"},
		{"mode", "mode.txt", func(p string) error { return os.Chmod(p, 0o600) }, "old\r\n"},
		{"removed", "gone.txt", os.Remove, notFound},
		{"a directory in its place", "dir.txt", func(p string) error {
			if err := os.Remove(p); err != nil {
				return err
			}
			return os.MkdirAll(p+"/inner", 0o755)
		}, "1inner\tdir.txt/inner"},
		{"deep", "a/b/c/deep.txt", func(p string) error { return os.WriteFile(p, []byte("new"), 0o644) }, "new\r\n"},
		{"another directory on the way", "way/x.txt", func(p string) error {
			if err := os.Rename(filepath.Dir(p), filepath.Dir(p)+"-old"); err != nil {
				return err
			}
			return os.Rename(filepath.Dir(p)+"-new", filepath.Dir(p))
		}, "new\r\n"},
		{"link", "link.txt", func(p string) error {
			if err := os.Remove(p); err != nil {
				return err
			}
			return os.Symlink("other", p)
		}, "new\r\n"},
		{"target of a link", "link-too.txt", func(p string) error { return os.WriteFile(filepath.Dir(p)+"/target", []byte("new"), 0o644) }, "new\r\n"},
		{"entry added", "added", func(p string) error { return os.WriteFile(p+"/z.txt", nil, 0o644) }, "z.txt"},
		{"entry removed", "removed", func(p string) error { return os.Remove(p + "/old.txt") }, ".\r\n"},
		{"entry renamed", "renamed", func(p string) error { return os.Rename(p+"/old.txt", p+"/z.txt") }, "z.txt"},
		{"entry becomes a directory", "becomes", func(p string) error {
			if err := os.Remove(p + "/old.txt"); err != nil {
				return err
			}
			return os.Mkdir(p+"/old.txt", 0o755)
		}, "1old.txt"},
		{"a gophermap", "mapped", func(p string) error { return os.WriteFile(p+"/gophermap", []byte("Welcome\n"), 0o644) }, "iWelcome"},
		{"a link to a gophermap", "mapped-too", func(p string) error { return os.Symlink("../map", p+"/gophermap") }, "iWelcome"},
		{"mode of a directory", "chmod", func(p string) error { return os.Chmod(p, 0o700) }, "old.txt"},
		{"a deep directory", "deep/er", func(p string) error { return os.WriteFile(p+"/z.txt", nil, 0o644) }, "z.txt"},
	}
	tree := map[string]string{"same-age": "new", "other": "new", "way-new/x.txt": "new", "target": "old", "map": "Welcome\n"}
	for _, tt := range tests {
		if strings.HasPrefix(tt.name, "link") || strings.HasPrefix(tt.name, "target") {
			continue
		}
		if strings.HasSuffix(tt.selector, ".txt") {
			tree[tt.selector] = "old"
		} else {
			tree[tt.selector+"/old.txt"] = "old"
		}
	}
	dir := plant(t, tree)
	check(t, os.Symlink("target", filepath.Join(dir, "link.txt")))
	check(t, os.Symlink("target", filepath.Join(dir, "link-too.txt")))
	settle()
	h, kept := files.NewKept(openDir(t, dir), files.Cache(1<<20))
	for _, tt := range tests {
		first := exchange(t, h, tt.selector+"\n", info)
		if yes, exact := kept.Mark(tt.selector); !yes || !exact || strings.Contains(first, "KEPT") {
			t.Errorf("%s: kept %v, exact %v", tt.name, yes, exact)
		}
		if got := exchange(t, h, tt.selector+"\n", info); !strings.Contains(got, "KEPT") {
			t.Errorf("%s: the second answer is %q", tt.name, got)
		}
	}
	for _, tt := range tests {
		check(t, tt.change(filepath.Join(dir, tt.selector)))
		if got := exchange(t, h, tt.selector+"\n", info); strings.Contains(got, "KEPT") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestWhatIsKept: texts are kept by Cache only, menus only if nothing but names decides, and
// nothing that changed a moment ago.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	type is struct{ text, kept, exact bool }
	tests := map[string]is{
		"a.txt": {true, true, true}, "README": {true, true, true}, "empty.txt": {true, true, true}, "full.txt": {true, true, true},
		"over.txt": {}, "latin1.txt": {false, true, true}, "program": {false, true, true}, "page.html": {}, "a.png": {},
		"plain": {false, true, true}, "sniffed": {}, "linked": {}, "mapped": {},
		"new.txt": {true, false, false}, "touched.txt": {true, true, true},
	}
	dir := plant(t, map[string]string{
		"a.txt": "a", "README": "read\n", "empty.txt": "", "full.txt": strings.Repeat("x", 64<<10), "over.txt": strings.Repeat("x", 64<<10+1),
		"latin1.txt": "gr\xfcn", "program": "\x7fELF\x00", "page.html": "<p>", "a.png": "\x89PNG",
		"plain/a.txt": "", "plain/sub/x.txt": "", "sniffed/README": "", "linked/a.txt": "", "mapped/gophermap": "Hello\n", "touched.txt": "t",
	})
	check(t, os.Symlink("a.txt", filepath.Join(dir, "linked/b.txt")))
	check(t, os.Chtimes(filepath.Join(dir, "touched.txt"), time.Time{}, time.Now().Add(time.Hour)))
	settle()
	check(t, os.WriteFile(filepath.Join(dir, "new.txt"), []byte("new"), 0o644))
	for name, options := range map[string][]files.Option{"cache": {files.Cache(1 << 20)}, "default": nil, "off": {files.Cache(0)}, "less": {files.Cache(-1)}} {
		h, kept := files.NewKept(openDir(t, dir), options...)
		for selector, want := range tests {
			switch {
			case name == "cache", name == "default" && selector == "plain":
			default:
				want = is{}
			}
			var got is
			_, got.text = h(&gopherframe.Request{Selector: selector}).(gopherframe.Text)
			got.kept, got.exact = kept.Mark(selector)
			if got != want {
				t.Errorf("%s, %s: %+v, want %+v", name, selector, got, want)
			}
		}
	}
}

// TestHitIsOneLook: what is kept is answered without the os.Root of the directory, by one
// look, and the way to it is looked up again after a second.
func TestHitIsOneLook(t *testing.T) {
	dir := plant(t, map[string]string{"root/a/b/c.txt": "c", "root/a/b/d.txt": "d", "root/moved/x.txt": "x"})
	root := filepath.Join(dir, "root")
	settle()
	fsys := openDir(t, root)
	h, kept := files.NewKept(fsys, files.Cache(1<<20))
	ask := func(selector, want string) {
		t.Helper()
		if got := exchange(t, h, selector+"\n", info); got != want {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	const c, menu, x = "c\r\n.\r\n", "0c.txt\ta/b/c.txt\tgopher.example\t7070\r\n0d.txt\ta/b/d.txt\tgopher.example\t7070\r\n.\r\n", "x\r\n.\r\n"
	ask("a/b/c.txt", c)
	ask("a/b", menu)
	ask("moved/x.txt", x)

	// A directory that is moved out of the tree and linked to can be seen for a second.
	check(t, os.Rename(filepath.Join(root, "moved"), filepath.Join(dir, "moved")))
	check(t, os.Symlink("../moved", filepath.Join(root, "moved")))
	kept.Forget("moved/x.txt")
	ask("moved/x.txt", notFound)

	// What would be seconds since 1970 could be set back.
	if kept.Found("a/b/c.txt") > time.Hour || files.Looked(fsys) > time.Hour {
		t.Error("the clock of the system decides when a way is looked up again")
	}

	files.CloseRoot(fsys)
	ask("a/b/d.txt", notFound)
	ask("a/b/c.txt/", notFound)
	ask("a/b/c.txt", c)
	ask("a/b/", menu)
	if n := testing.AllocsPerRun(100, func() { h(&gopherframe.Request{Selector: "a/b/c.txt"}) }); n > 6 {
		t.Errorf("%v allocations for a text that is kept", n)
	}
	kept.Forget("a/b/c.txt")
	ask("a/b/c.txt", notFound)
}

// TestCacheIsBounded: texts of as many bytes as were given are kept, those asked for last, and
// what is not there takes no place.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	tree := map[string]string{}
	for i := range 20 {
		tree[fmt.Sprint(i, ".txt")] = strings.Repeat("x", 60<<10)
	}
	for i := range 200 {
		tree[fmt.Sprint("small", i, ".txt")] = ""
	}
	dir := plant(t, tree)
	settle()
	h, kept := files.NewKept(openDir(t, dir), files.Cache(10*64<<10))
	h(&gopherframe.Request{Selector: "0.txt"})
	for i := range 5000 {
		h(&gopherframe.Request{Selector: fmt.Sprint("nope", i)})
	}
	if yes, _ := kept.Mark("0.txt"); !yes {
		t.Error("names that are not there pushed a text out")
	}
	for i := range 20 {
		h(&gopherframe.Request{Selector: fmt.Sprint(i, ".txt")})
	}
	count := func(format string, n int) (held int) {
		for i := range n {
			if yes, _ := kept.Mark(fmt.Sprintf(format, i)); yes {
				held++
			}
		}
		return held
	}
	if n := count("%d.txt", 20); n != 10 {
		t.Errorf("%d texts of 60 KiB are kept in 640 KiB", n)
	}
	if yes, _ := kept.Mark("19.txt"); !yes {
		t.Error("the last text is not kept")
	}
	h, kept = files.NewKept(openDir(t, dir), files.Cache(64<<10))
	for i := range 200 {
		h(&gopherframe.Request{Selector: fmt.Sprint("small", i, ".txt")})
	}
	if n := count("small%d.txt", 200); n < 10 || n > 64 {
		t.Errorf("%d empty texts are kept in 64 KiB", n)
	}
}

// FuzzText: a file is answered with the same bytes whether it is kept or not. Each has a name
// of its own, since what would be kept is asked for as if it had not changed for a while.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", ".\n..\r\na\rb\r\n\r", "gr\xfcn", "\x00\x01", "<html>", "GIF89a", strings.Repeat("line\n", 20_000)} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	fsys := openDir(f, dir)
	keeps, kept := files.NewKept(fsys, files.Cache(1<<20))
	kept.Later(time.Minute)
	not := files.Server(fsys)
	number := 0
	f.Fuzz(func(t *testing.T, content []byte) {
		number++
		for _, name := range []string{fmt.Sprint(number), fmt.Sprint(number, ".txt")} {
			path := filepath.Join(dir, name)
			check(t, os.WriteFile(path, content, 0o644))
			for _, plain := range []bool{false, true, false} {
				info := info
				info.PlainText = plain
				if got, want := exchange(t, keeps, name+"\n", info), exchange(t, not, name+"\n", info); got != want {
					t.Errorf("%s, %q: %q, want %q", name, content, got, want)
				}
			}
			if len(content) <= 64<<10 && !kept.Has(name) {
				t.Errorf("%s, %q: nothing is kept", name, content)
			}
			check(t, os.Remove(path))
		}
	})
}
