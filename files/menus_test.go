package files_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
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

// TestMenusAge: a menu is kept for ten seconds, if its directory had not changed for two
// seconds when it was asked for.
func TestMenusAge(t *testing.T) {
	for _, tt := range []struct {
		name  string
		age   time.Duration // of the directory
		after time.Duration // the second request comes
		kept  bool
	}{
		{"settled", 2 * time.Second, 0, true},
		{"not settled", 2*time.Second - 1, 0, false},
		{"not settled, and asked again when it is", 2*time.Second - 1, time.Second, false},
		{"ten seconds", time.Hour, 10 * time.Second, true},
		{"over ten seconds", time.Hour, 10*time.Second + 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				changed := time.Now().Add(-tt.age)
				fsys := &countedFS{FS: fstest.MapFS{".": {Mode: fs.ModeDir, ModTime: changed}, "a.txt": {}}}
				h := files.Server(fsys)
				h(&gopherframe.Request{})
				time.Sleep(tt.after)
				h(&gopherframe.Request{})
				if n := fsys.opened.Load(); n != 1 == tt.kept {
					t.Errorf("it was listed %d times", n)
				}
			})
		})
	}
}

// TestMenusAreBounded: 16 MiB of menus are kept, whatever takes the memory, and those asked
// for last.
func TestMenusAreBounded(t *testing.T) {
	const n, size = 20, 1 << 20 // 20 menus of almost 1 MiB
	large := strings.Repeat("x", size-100)
	for _, tt := range []struct{ name, dir, gophermap string }{
		{"names", "", "0" + large + "\tx\th"},
		{"selectors", "", "0\t" + large + "\th"},
		{"hosts", "", "0\tx\t" + large},
		{"items", "", strings.Repeat("\n", size/110)},
		{"directories", large + "/", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // on a busy machine the menus would age meanwhile
				fsys := mapsFS{MapFS: fstest.MapFS{}, read: map[string]int{}}
				old := time.Now().Add(-time.Hour)
				dir := func(i int) string { return tt.dir + fmt.Sprint(i) }
				for i := range n {
					fsys.MapFS[dir(i)] = &fstest.MapFile{Mode: fs.ModeDir, ModTime: old}
					fsys.MapFS[dir(i)+"/gophermap"] = &fstest.MapFile{Data: []byte(tt.gophermap), ModTime: old}
				}
				h := files.Server(fsys)
				ask := func(i int) (kept bool) {
					before := fsys.read[dir(i)+"/gophermap"]
					if err := gopherframe.ErrorOf(h(&gopherframe.Request{Selector: dir(i)})); err != nil {
						t.Fatal(err)
					}
					return fsys.read[dir(i)+"/gophermap"] == before
				}
				for i := range n {
					ask(i)
				}
				if !ask(n - 15) {
					t.Error("one of the last 15 menus was dropped")
				}
				if ask(0) {
					t.Error("the first menu is still kept")
				}
			})
		})
	}
}

// mapsFS counts how often each file is opened.
type mapsFS struct {
	fstest.MapFS
	read map[string]int
}

func (m mapsFS) Open(name string) (fs.File, error) {
	m.read[name]++
	return m.MapFS.Open(name)
}

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
