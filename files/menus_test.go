package files_test

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// TestListingLooksAtItsContext: every hundred entries, while it reads the directory and
// while it finds out the types. More often would cost as much as the work.
func TestListingLooksAtItsContext(t *testing.T) {
	for _, tt := range []struct {
		name          string
		leave         string // the client leaves while this is looked up
		names, opened int
		option        files.Option
	}{
		{"reading", "name 250", 300, 0, files.DotFiles},
		{"looking at the files", "info 250", 300, 0, files.Long},
		{"finding out the types", "open 250", 500, 300, files.DotFiles},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				fsys := &leavingFS{entries: 500, leave: func(what string) {
					if what == tt.leave {
						cancel()
						time.Sleep(time.Second) // until the listing is called off
					}
				}}
				resp := files.Server(fsys, tt.option)((&gopherframe.Request{}).WithContext(ctx))
				time.Sleep(time.Minute)
				synctest.Wait() // until the listing has ended
				if err := gopherframe.ErrorOf(resp); !errors.Is(err, context.Canceled) {
					t.Errorf("%T, %v", resp, err)
				}
				if fsys.names != tt.names || fsys.opened != tt.opened {
					t.Errorf("%d names were read and %d files opened, want %d and %d", fsys.names, fsys.opened, tt.names, tt.opened)
				}
			})
		})
	}
}

// A leavingFS is a directory of text files without extensions. It calls leave before it
// gives a name and before it opens a file.
type leavingFS struct {
	entries       int
	leave         func(what string)
	names, opened int
}

func (l *leavingFS) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &leavingDir{manyDir{left: l.entries}, l}, nil
	case "gophermap", "index.gph":
		return nil, fs.ErrNotExist
	}
	l.leave(fmt.Sprint("open ", l.opened))
	l.opened++
	return fstest.MapFS{name: {Data: []byte("text")}}.Open(name)
}

type leavingDir struct {
	manyDir
	fs *leavingFS
}

func (d *leavingDir) ReadDir(n int) ([]fs.DirEntry, error) {
	list, err := d.manyDir.ReadDir(n)
	for i := range list {
		list[i] = leavingEntry{renamed{list[i], fmt.Sprintf("%04d", i)}, d.fs, i}
	}
	return list, err
}

type leavingEntry struct {
	renamed
	fs     *leavingFS
	number int
}

// Info is asked for only if somebody wants the size or the date.
func (e leavingEntry) Info() (fs.FileInfo, error) {
	e.fs.leave(fmt.Sprint("info ", e.number))
	return e.renamed.Info()
}

// Type is asked for once for each entry.
func (e leavingEntry) Type() fs.FileMode {
	e.fs.leave(fmt.Sprint("name ", e.number))
	e.fs.names++
	return e.renamed.Type()
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

// TestLinksAreLookedUpOnce: links with the same target cost as much as one, also if it is
// dead, as long as there are at most a thousand different ones.
func TestLinksAreLookedUpOnce(t *testing.T) {
	dir := plant(t, map[string]string{"d/a.txt": "a"})
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(dir, "d", name)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		link("a.txt", fmt.Sprintf("x%d.txt", i))
		link("nope", fmt.Sprintf("dead%d.txt", i))
	}
	count := func() (items, stats int) {
		fsys := &statFS{sysFS: must(files.Dir(dir)).(sysFS)}
		defer fsys.Close()
		menu := files.Server(fsys)(&gopherframe.Request{Selector: "d"}).(*gopherframe.Menu)
		return len(menu.Items), fsys.links
	}
	if items, stats := count(); items != 11 || stats != 2 {
		t.Errorf("20 links to 2 targets: %d items, %d looked up", items, stats)
	}
	for i := range 998 {
		link(fmt.Sprint("./a.txt", strings.Repeat("/", i)), fmt.Sprintf("y%d", i)) // all different
	}
	if items, stats := count(); stats != 1000 {
		t.Errorf("1018 links to 1000 targets: %d items, %d looked up", items, stats)
	}
}

// sysFS is what Dir returns.
type sysFS interface {
	fs.StatFS
	fs.ReadLinkFS
	fs.SubFS
	io.Closer
}

// A statFS counts how often a link is followed. Directories and gophermaps are no links.
type statFS struct {
	sysFS
	links int
}

func (s *statFS) Stat(name string) (fs.FileInfo, error) {
	if info, err := s.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		s.links++
	}
	return s.sysFS.Stat(name)
}

// noLinks is a file system that cannot tell what is written in a link.
type noLinks struct{ fs.FS }

func BenchmarkListing(b *testing.B) {
	for kind, options := range map[string][]files.Option{"plain": nil, "symlinks": nil, "long": {files.Long}} {
		dir := b.TempDir()
		for i := range 10_000 {
			name := filepath.Join(dir, "file"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+time.Duration(i).String()+".txt")
			var err error
			if kind != "symlinks" {
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
				files.Server(fsys, options...)(&gopherframe.Request{})
			}
		})
	}
}
