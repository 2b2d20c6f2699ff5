package files_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
)

// TestFactsAreNotKept: a menu that shows sizes, or is sorted by dates, is that of the files as they
// are, since they may change while their directory does not.
func TestFactsAreNotKept(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{"a.txt": "a", "b.txt": "b", "sub/x": ""})
	old := time.Now().Add(-time.Hour)
	check(t, os.Chtimes(filepath.Join(dir, "a.txt"), old, old))
	settle()
	for name, options := range map[string][]files.Option{"long": {files.Long}, "newest": {files.Sort(files.Newest)}, "dirs, newest": {files.Sort(files.DirsFirst, files.Newest)}} {
		h, kept := files.NewKept(openDir(t, dir), options...)
		before := names(h, "")
		if yes, _ := kept.Mark("."); yes {
			t.Errorf("%s: it is kept", name)
		}
		later := time.Now().Add(48 * time.Hour)
		check(t, os.WriteFile(filepath.Join(dir, "a.txt"), make([]byte, 12_000), 0o644))
		check(t, os.Chtimes(filepath.Join(dir, "a.txt"), later, later))
		if after := names(h, ""); after == before || name == "long" && !strings.Contains(after, "12 kB  "+later.UTC().Format("2006-01-02")) {
			t.Errorf("%s: %q, after the change %q", name, before, after)
		}
		check(t, os.WriteFile(filepath.Join(dir, "a.txt"), []byte("a"), 0o644))
		check(t, os.Chtimes(filepath.Join(dir, "a.txt"), old, old))
	}
	for name, option := range map[string]files.Option{
		"frame": files.Title("T"), "natural": files.Sort(files.Natural), "hide": files.Hide("b*"), "type": files.Type("txt", '9'), "long no more": files.Sort(),
	} {
		h, kept := files.NewKept(openDir(t, dir), option)
		names(h, "sub")
		names(h, "")
		if yes, exact := kept.Mark("."); !yes || !exact {
			t.Errorf("%s: kept %v, exact %v", name, yes, exact)
		}
	}
}

// TestLookingOpensNothing: neither a link nor a FIFO of the directory is opened for its size.
func TestLookingOpensNothing(t *testing.T) {
	dir := plant(t, map[string]string{"a.txt": "a"})
	check(t, syscall.Mkfifo(filepath.Join(dir, "b.txt"), 0o644))
	check(t, os.WriteFile(filepath.Join(dir, "c.txt"), []byte("secret"), 0)) // nobody but root may open it
	got := names(serveDir(t, dir, files.Long), "")
	if strings.Count(got, "\n") != 2 || !strings.Contains(got, "c.txt                                               6 B") {
		t.Errorf("%q", got)
	}
}

// TestKeptTreeIsReplaced: what is kept of a tree is not served when another one has taken its place,
// because a link was changed or because the tree was removed and made again.
func TestKeptTreeIsReplaced(t *testing.T) {
	t.Parallel()
	parent := plant(t, map[string]string{"release41/a.txt": "old", "release41/d/x.txt": "", "release42/a.txt": "new", "release42/d/y.txt": "", "made/a.txt": "old", "made/d/x.txt": ""})
	link, made := filepath.Join(parent, "site"), filepath.Join(parent, "made")
	check(t, os.Symlink("release41", link))
	settle()
	handlers := map[string]gopherframe.Handler{}
	for _, path := range []string{link, made} {
		h, kept := files.NewKept(openDir(t, path), files.Cache(1<<20))
		for _, selector := range []string{"a.txt", "d", ""} {
			exchange(t, h, selector+"\n", info)
			name := cmp.Or(selector, ".")
			if yes, exact := kept.Mark(name); !yes || !exact {
				t.Fatalf("%s, %s: kept %v, exact %v", path, name, yes, exact)
			}
			if got := exchange(t, h, selector+"\n", info); !strings.Contains(got, "KEPT") {
				t.Fatalf("%s, %s: %q", path, name, got)
			}
		}
		handlers[path] = h
	}
	check(t, os.Symlink("release42", link+".new"))
	check(t, os.Rename(link+".new", link))
	check(t, os.RemoveAll(made))
	check(t, os.CopyFS(made, os.DirFS(filepath.Join(parent, "release42"))))
	for path, h := range handlers {
		for selector, want := range map[string]string{"a.txt": "new\r\n.\r\n", "d": "0y.txt\td/y.txt\tgopher.example\t7070\r\n.\r\n", "": "1d\td\tgopher.example\t7070\r\n0a.txt\ta.txt\tgopher.example\t7070\r\n.\r\n"} {
			got := ""
			for range 1000 { // of 10 ms
				if got = exchange(t, h, selector+"\n", info); got == want {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if got != want {
				t.Errorf("%s, %q: %q, want %q", path, selector, got, want)
			}
		}
	}
}
