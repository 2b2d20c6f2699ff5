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
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/regular"
)

// TestDirIsConfinedInARace: links out of the tree, FIFOs and files take turns under the
// same names, while clients ask for them.
func TestDirIsConfinedInARace(t *testing.T) {
	parent := plant(t, map[string]string{
		"root/d/a.txt": "fine", "root/d/sub/b.txt": "fine", "root/a.txt": "fine", "root/f.txt": "fine",
		"out/a.txt": "SECRET", "out/sub/b.txt": "SECRET", "out/SECRET.txt": "",
	})
	in := func(name string) string { return filepath.Join(parent, "root", name) }
	check(t, os.Symlink("../out", in(".d")))
	check(t, os.Symlink("../out/a.txt", in(".a")))
	check(t, syscall.Mkfifo(in(".f"), 0o644))
	check(t, os.Mkdir(in("g"), 0o755))
	check(t, syscall.Mkfifo(in(".g"), 0o644))
	if err := unix.Renameat2(unix.AT_FDCWD, in("d"), unix.AT_FDCWD, in(".d"), unix.RENAME_EXCHANGE); err != nil {
		t.Skip("no exchange of names:", err)
	}

	stop := make(chan struct{})
	var swapping, asking sync.WaitGroup
	swapping.Go(func() {
		for {
			for a, b := range map[string]string{"d": ".d", "a.txt": ".a", "f.txt": ".f", "g": ".g"} {
				unix.Renameat2(unix.AT_FDCWD, in(a), unix.AT_FDCWD, in(b), unix.RENAME_EXCHANGE)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	settle() // so that the files themselves can be kept
	for _, size := range []int64{0, 1 << 20} {
		fsys := openDir(t, in(""))
		h := files.Server(fsys, files.Cache(size))
		asking.Go(func() {
			var fine, not int
			for range 3000 {
				for _, selector := range []string{"a.txt", "d/a.txt", "d/sub/b.txt", "d", "d/sub", "f.txt"} {
					switch got := exchange(t, h, selector+"\n", info); {
					case strings.Contains(got, "SECRET"):
						t.Errorf("%s: %q", selector, got)
						return
					case got == notFound:
						not++
					default:
						fine++
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				h((&gopherframe.Request{Selector: "g"}).WithContext(ctx))
				cancel()
				if ctx.Err() == context.DeadlineExceeded {
					t.Error("a listing waits for a FIFO")
					return
				}
				if f, err := fsys.Open("d/a.txt"); err == nil {
					if text, _ := io.ReadAll(f); string(text) == "SECRET" {
						t.Error("opened")
					}
					f.Close()
				}
			}
			if fine == 0 || not == 0 {
				t.Errorf("%d answers and %d refusals: there was no race", fine, not)
			}
		})
	}
	asking.Wait()
	close(stop)
	swapping.Wait()
}

// TestShortWay: files and directories are found the short way as by os.Root.
func TestShortWay(t *testing.T) {
	parent := plant(t, map[string]string{"root/d/e/a.txt": "a", "root/top.txt": "t", "out.txt": "SECRET"})
	root := filepath.Join(parent, "root")
	for link, target := range map[string]string{
		"d/in": "e/a.txt", "d/up": "../top.txt", "d/e/far": "../../d/e/a.txt", "d/out": "../../out.txt", "d/abs": root + "/top.txt",
		"d/through": "../../root/top.txt", "proc": "/proc/self/fd/0", "d/dir": "../d/e", "d/self": "self",
	} {
		check(t, os.Symlink(target, filepath.Join(root, link)))
	}
	both, long := openDir(t, root), openDir(t, root)
	files.CloseShort(long)
	for _, name := range []string{"top.txt", "d/e/a.txt", "d/in", "d/up", "d/e/far", "d/out", "d/abs", "d/through", "proc", "d/dir/a.txt", "d/self", "d", "nope", "..", "top.txt/x"} {
		read := func(fsys fs.FS) string {
			text, err := fs.ReadFile(fsys, name)
			return fmt.Sprintf("%s, %v", text, err)
		}
		if got, want := read(both), read(long); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestFIFOInThePlaceOfADirectory: it is not opened for a listing, even if that would not wait.
func TestFIFOInThePlaceOfADirectory(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "fifo")
	check(t, syscall.Mkfifo(path, 0o644))
	writer, err := os.OpenFile(path, os.O_RDWR, 0) // nobody waits for it any longer
	check(t, err)
	defer writer.Close()
	if _, err := files.OpenDir(openDir(t, dir), "fifo"); !errors.Is(err, regular.ErrNotServed) {
		t.Errorf("error %v", err)
	}
}

// TestOpenat2IsRefused: then it is asked for once, and a directory is read without looking at its
// entries all the same.
func TestOpenat2IsRefused(t *testing.T) {
	for _, refusal := range []error{unix.ENOSYS, unix.EPERM} {
		dir := plant(t, map[string]string{"d/a.txt": "a", "d/sub/b.txt": "b", "out": "SECRET"})
		check(t, os.Symlink("../..", filepath.Join(dir, "d/out")))
		fsys := openDir(t, dir)
		asked := files.RefuseOpenat2(fsys, refusal)
		h := files.Server(fsys, files.Cache(1<<20))
		for range 3 {
			want := "1sub\td/sub\tgopher.example\t7070\r\n0a.txt\td/a.txt\tgopher.example\t7070\r\n.\r\n"
			if got := exchange(t, h, "d\n", info); got != want {
				t.Errorf("%v: %q, want %q", refusal, got, want)
			}
			if got := exchange(t, h, "d/a.txt\n", info); got != "a\r\n.\r\n" {
				t.Errorf("%v: %q", refusal, got)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("%v: asked for %d times", refusal, n)
		}
		f, err := files.OpenDir(fsys, "d/sub")
		check(t, err)
		defer f.Close()
		entries, err := f.(fs.ReadDirFile).ReadDir(-1)
		check(t, err)
		check(t, os.Remove(filepath.Join(dir, "d/sub/b.txt")))
		if info, err := entries[0].Info(); err == nil {
			t.Errorf("%v: %v was looked at when its name was read", refusal, info)
		}
	}
}
