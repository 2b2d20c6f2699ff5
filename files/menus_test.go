package files_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
)

// A countedFS counts how often directories are opened, which is once for each listing,
// and waits for the gate before it opens one.
type countedFS struct {
	fs.FS
	opened atomic.Int32
	gate   chan struct{} // nil: none
}

func (c *countedFS) Open(name string) (fs.File, error) {
	if name == "." || name == "d" {
		c.opened.Add(1)
		if c.gate != nil {
			<-c.gate
		}
	}
	return c.FS.Open(name)
}

func (c *countedFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }

// age makes the files look as if they had not changed for a while.
func age(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.Chtimes(name, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMenusAreShared: clients who ask for a listing at the same time get one that is made
// once, and what one of them does to it does not show in the others'.
func TestMenusAreShared(t *testing.T) {
	fsys := &countedFS{FS: manyFS{1000}, gate: make(chan struct{})}
	h := files.Server(fsys)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			menu, ok := h(&gopherframe.Request{}).(*gopherframe.Menu)
			if !ok || len(menu.Items) != 1000 {
				t.Errorf("%v", menu)
				return
			}
			menu.Info("mine")
		})
	}
	for fsys.opened.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond) // others may join
	close(fsys.gate)
	wg.Wait()
	if n := fsys.opened.Load(); n > 5 {
		t.Errorf("20 clients had it listed %d times", n)
	}
}

// TestMenusAreKept: a listing is made again only when its directory or gophermap changed.
func TestMenusAreKept(t *testing.T) {
	dir := plant(t, map[string]string{"a.txt": "a", "d/b.txt": "b"})
	sub := filepath.Join(dir, "d")
	age(t, dir, sub)
	fsys := &countedFS{FS: must(files.Dir(dir))}
	h := files.Server(fsys)
	step := func(what, selector, want string, opened int32) {
		t.Helper()
		before := fsys.opened.Load()
		if got := exchange(t, h, selector+"\n", info); !strings.Contains(got, want) {
			t.Errorf("%s: %q has no %q", what, got, want)
		}
		if n := fsys.opened.Load() - before; n != opened {
			t.Errorf("%s: it was listed %d times, want %d", what, n, opened)
		}
	}
	step("at first", "d", "b.txt", 1)
	step("again", "d", "b.txt", 0)
	step("with a slash", "d/", "b.txt", 0)
	if err := os.WriteFile(filepath.Join(sub, "c.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	step("a new file", "d", "c.txt", 1)
	step("changed a moment ago", "d", "c.txt", 1)
	age(t, sub)
	step("settled", "d", "c.txt", 1)
	step("settled, again", "d", "c.txt", 0)

	// Another directory takes its place, with the same times.
	old := filepath.Join(dir, "old")
	if err := os.Rename(sub, old); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sub, "z.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	age(t, sub, old)
	step("another directory", "d", "z.txt", 1)

	gophermap := filepath.Join(sub, "gophermap")
	if err := os.WriteFile(gophermap, []byte("Welcome\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	age(t, sub, gophermap)
	step("a gophermap", "d", "iWelcome", 0)
	if err := os.WriteFile(gophermap, []byte("Goodbye\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	step("a changed gophermap", "d", "iGoodbye", 0)
}

// TestListingStops: a listing that nobody waits for ends.
func TestListingStops(t *testing.T) {
	fsys := &countedFS{FS: endless{manyFS{}}}
	h := files.Server(fsys)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan gopherframe.Response)
	go func() { done <- h((&gopherframe.Request{}).WithContext(ctx)) }()
	for fsys.opened.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if resp := <-done; gopherframe.ErrorOf(resp) == nil {
		t.Errorf("%T", resp)
	}
	for closed.Load() == 0 { // or the test runs into its timeout
		time.Sleep(time.Millisecond)
	}
}

// An endless directory has names that are not listed, so no limit ends its listing.
type endless struct{ manyFS }

var closed atomic.Int32

func (e endless) Open(name string) (fs.File, error) {
	if name != "." {
		return nil, fs.ErrNotExist
	}
	return endlessDir{&manyDir{}}, nil
}

type endlessDir struct{ *manyDir }

func (d endlessDir) ReadDir(n int) ([]fs.DirEntry, error) {
	d.left = n
	list, err := d.manyDir.ReadDir(n)
	for i := range list {
		list[i] = renamed{list[i], ".hidden"}
	}
	return list, err
}

func (d endlessDir) Close() error { closed.Add(1); return nil }

// TestFewAtOnce: however many directories are asked for, few listings are made at a time.
func TestFewAtOnce(t *testing.T) {
	fsys := &countedFS{FS: manyFS{10}, gate: make(chan struct{})}
	h := files.Server(fsys)
	var wg sync.WaitGroup
	for i := range 10 {
		r := gopherframe.NewRouter() // each Mount has menus of its own: the selectors differ
		prefix := strings.Repeat("x", i+1)
		r.Mount(prefix, h)
		wg.Go(func() { r.Respond(&gopherframe.Request{Selector: prefix}) })
	}
	for fsys.opened.Load() < 4 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	if n := fsys.opened.Load(); n != 4 {
		t.Errorf("%d listings at a time", n)
	}
	close(fsys.gate)
	wg.Wait()
}

// TestLinksInListings: a link is listed as what it leads to, in the tree only.
func TestLinksInListings(t *testing.T) {
	dir := plant(t, map[string]string{"root/d/a.txt": "a", "root/d/sub/x": "x", "root/up.gif": "", "secret": "s"})
	for name, text := range map[string]string{
		"to-file": "a.txt", "to-file-too": "a.txt", "to-dir": "sub", "to-dir-too": "./sub", "up.png": "../up.gif",
		"dead": "nope", "dead-too": "nope", "out": "../../secret", "absolute": filepath.Join(dir, "root/d/a.txt"), "self": "self",
	} {
		if err := os.Symlink(text, filepath.Join(dir, "root/d", name)); err != nil {
			t.Fatal(err)
		}
	}
	want := "1sub 1to-dir 1to-dir-too 0a.txt 0to-file 0to-file-too Iup.png"
	for name, fsys := range map[string]fs.FS{"Dir": must(files.Dir(filepath.Join(dir, "root"))), "a file system of one's own": noLinks{must(files.Dir(filepath.Join(dir, "root")))}} {
		menu := files.Server(fsys)(&gopherframe.Request{Selector: "d"}).(*gopherframe.Menu)
		var got []string
		for _, it := range menu.Items {
			got = append(got, it.Type.String()+it.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// noLinks is a file system that cannot tell what is written in a link.
type noLinks struct{ fs.FS }

func BenchmarkListing(b *testing.B) {
	for _, kind := range []string{"plain", "symlinks"} {
		dir := b.TempDir()
		for i := range 10_000 {
			name := filepath.Join(dir, "file"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+time.Duration(i).String()+".txt")
			var err error
			if kind == "plain" {
				err = os.WriteFile(name, nil, 0o644)
			} else {
				os.WriteFile(filepath.Join(dir, "target"), nil, 0o644)
				err = os.Symlink("target", name)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		fsys := must(files.Dir(dir))
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				files.Server(fsys)(&gopherframe.Request{})
			}
		})
	}
}
