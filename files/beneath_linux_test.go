package files_test

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"gopherframe/files"
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
	if err := unix.Renameat2(unix.AT_FDCWD, in("d"), unix.AT_FDCWD, in(".d"), unix.RENAME_EXCHANGE); err != nil {
		t.Skip("no exchange of names:", err)
	}

	stop := make(chan struct{})
	var swapping, asking sync.WaitGroup
	swapping.Go(func() {
		for {
			for a, b := range map[string]string{"d": ".d", "a.txt": ".a", "f.txt": ".f"} {
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
