package files_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopherframe"
	"gopherframe/files"
)

// held returns how many bytes of memory the program holds more after f.
func held(f func()) int64 {
	before := inUse()
	f()
	return inUse() - before
}

func inUse() int64 {
	runtime.GC()
	runtime.GC() // what pools held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMapsThatAreKeptAreWeighed: all of their text, since any item may hold it.
func TestMapsThatAreKeptAreWeighed(t *testing.T) {
	old := time.Now().Add(-time.Hour)
	fsys := fstest.MapFS{}
	text := []byte(strings.Repeat("# a comment\n", 80_000) + "Hello\n") // a megabyte
	const n = 60
	for i := range n {
		fsys[fmt.Sprint(i)] = &fstest.MapFile{Mode: fs.ModeDir, ModTime: old}
		fsys[fmt.Sprint(i, "/gophermap")] = &fstest.MapFile{Data: text, ModTime: old}
	}
	h := files.Server(fsys, files.Cache(8<<20))
	grown := held(func() {
		for i := range n {
			h(&gopherframe.Request{Selector: fmt.Sprint(i)})
		}
	})
	if grown < 4<<20 || grown > 16<<20 {
		t.Errorf("%d MiB are held for 8 MiB that are kept", grown>>20)
	}
	runtime.KeepAlive(h)
}

// TestProgramsInMapsTakeNoMemory: a map may have a thousand lines with programs, which are not read as text.
func TestProgramsInMapsTakeNoMemory(t *testing.T) {
	const n = 60
	program := "#!" + strings.Repeat("x", 1<<20)
	var text strings.Builder
	tree := map[string]string{}
	for i := range n {
		fmt.Fprintf(&text, "=%d\n", i)
		tree[fmt.Sprint(i)] = program
	}
	tree["gophermap"] = text.String() + "=last -x\n"
	dir := plant(t, tree)
	for i := range n {
		if err := os.Chmod(filepath.Join(dir, fmt.Sprint(i)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h, kept := files.NewKept(openDir(t, dir))
	before, grown := inUse(), int64(-1)
	kept.RunWith(func(*gopherframe.Request, string, string) (string, error) {
		grown = inUse() - before
		return "", nil
	}, func(*gopherframe.Request, string, string) (string, error) { return "", nil })
	h(&gopherframe.Request{})
	if grown < 0 {
		t.Error("the command after the programs is not run")
	}
	if grown > 8<<20 {
		t.Errorf("%d MiB are held for %d programs that a map includes", grown>>20, n)
	}
}

// TestKeysDoNotHoldRequests: selectors are parts of lines, which may be much longer.
func TestKeysDoNotHoldRequests(t *testing.T) {
	tree := map[string]string{}
	old := time.Now().Add(-time.Hour)
	inMemory := fstest.MapFS{}
	const n = 100
	for i := range n {
		tree[fmt.Sprint(i, ".txt")] = ""
		tree[fmt.Sprint("d", i, "/a.txt")] = ""
		inMemory[fmt.Sprint("d", i)] = &fstest.MapFile{Mode: fs.ModeDir, ModTime: old}
		inMemory[fmt.Sprint("d", i, "/gophermap")] = &fstest.MapFile{Data: []byte("Up\t.\n"), ModTime: old}
	}
	for name, fsys := range map[string]fs.FS{"Dir": openDir(t, plant(t, tree)), "in memory": inMemory} {
		h, kept := files.NewKept(fsys, files.Cache(8<<20))
		kept.Later(time.Minute)
		r := gopherframe.NewRouter()
		r.Mount("{user}/", h)
		grown := held(func() {
			for i := range n {
				for _, selector := range []string{fmt.Sprint("u/", i, ".txt"), fmt.Sprint("u/d", i)} {
					line := selector + strings.Repeat("x", 64<<10)
					r.Respond(&gopherframe.Request{Selector: line[:len(selector)]})
				}
			}
		})
		if grown > 2<<20 {
			t.Errorf("%s: %d KiB are held for %d empty files and menus", name, grown>>10, n)
		}
		runtime.KeepAlive(h)
	}
}

// TestNamesInSelectorsAreWeighedOnce: they are the same memory.
func TestNamesInSelectorsAreWeighedOnce(t *testing.T) {
	tree := map[string]string{}
	const n, length = 1000, 200
	for i := range n {
		tree[fmt.Sprintf("d/%0*d.txt", length-4, i)] = ""
	}
	fsys := openDir(t, plant(t, tree))
	for size, want := range map[int64]bool{n * (length + 20): false, n * (length + 120): true} {
		h, kept := files.NewKept(fsys, files.Cache(size))
		kept.Later(time.Minute)
		h(&gopherframe.Request{Selector: "d"})
		if is, _ := kept.Mark("d"); is != want {
			t.Errorf("in %d bytes: kept %v", size, is)
		}
	}
}
