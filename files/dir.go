package files

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"gopherframe/internal/regular"
)

// Dir returns the tree below the directory at path as a file system. Nothing
// outside of it can be reached: not by "..", not by an absolute path, and not by
// a symbolic link, unless that stays inside. Only regular files and directories
// can be opened, and opening never waits, not even for a FIFO.
//
// If another directory takes the place of the one at path, because a symbolic link was
// changed or the tree was removed and made again, the file system is that one within a
// second. Files that are open stay as they are.
//
// The file system holds descriptors of the directory until it is closed as an
// [io.Closer]. A program that serves it to its end need not do so.
func Dir(path string) (fs.FS, error) {
	root, err := openTree(path)
	if err != nil {
		return nil, fmt.Errorf("files: cannot serve directory %q: %w", path, err)
	}
	abs, err := filepath.Abs(path) // it is looked up again
	if err != nil {
		return nil, fmt.Errorf("files: cannot serve directory %q: %w", path, err)
	}
	d := &dirFS{path: abs, start: time.Now()}
	d.root.Store(root)
	return d, nil
}

// A tree is an open directory and what is below it.
type tree struct {
	*os.Root
	short beneath // the short way into it
}

func openTree(path string) (*tree, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return newTree(root)
}

// newTree returns the tree of root, which it closes if there is an error.
func newTree(root *os.Root) (*tree, error) {
	short, err := newBeneath(root)
	if err != nil {
		root.Close()
		return nil, err
	}
	return &tree{root, short}, nil
}

// A dirFS is the tree below a directory that may be replaced.
type dirFS struct {
	path   string // looked up again from time to time; "" for a Sub
	root   atomic.Pointer[tree]
	start  time.Time    // when it was first looked up
	looked atomic.Int64 // when it was looked up last, in nanoseconds since start, whatever is done to the clock
}

// lookAgain is how often another directory may take the place of that at path.
const lookAgain = time.Second

// current returns the root, that of the directory which is now at path. If there is none
// that can be opened, the last one stays. A root that was replaced is closed when the last
// request that uses it is over, by the garbage collector.
func (d *dirFS) current() *tree {
	root := d.root.Load()
	now, last := int64(time.Since(d.start)), d.looked.Load()
	if d.path == "" || now-last < int64(lookAgain) || !d.looked.CompareAndSwap(last, now) {
		return root
	}
	there, err := os.Stat(d.path)
	if err != nil {
		return root
	}
	if ours, err := root.Stat("."); err != nil || os.SameFile(there, ours) {
		return root // err: it was closed
	}
	if replaced, err := openTree(d.path); err == nil {
		d.root.Store(replaced)
		return replaced
	}
	return root
}

var (
	_ fs.StatFS     = (*dirFS)(nil)
	_ fs.ReadLinkFS = (*dirFS)(nil)
	_ fs.SubFS      = (*dirFS)(nil)
	_ io.Closer     = (*dirFS)(nil)
)

// Open implements fs.FS. The file is an *os.File.
func (d *dirFS) Open(name string) (fs.File, error) {
	f, _, err := d.OpenInfo(name)
	return f, err
}

// OpenInfo is Open, and returns what the file is. Package regular asks for it.
func (d *dirFS) OpenInfo(name string) (fs.File, fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	t := d.current()
	if f, info, err := regular.OpenFile(name, t.short.openFile); err == nil {
		if !info.IsDir() {
			return f, info, nil
		}
		f.Close() // the Infos of its entries would be looked up by their paths
	}
	return regular.OpenFile(name, t.OpenFile)
}

// openDir opens the directory called name for a listing, which does not ask for the Info of an
// entry. From an os.Root every entry would be looked up for it at once. It may be a regular
// file, of which no entries can be read.
func (d *dirFS) openDir(name string) (fs.File, error) {
	t := d.current()
	if f, err := t.short.openDir(name); err == nil {
		return f, nil
	}
	f, _, err := regular.OpenFile(name, t.OpenFile) // a FIFO may have taken its name
	if err != nil {
		return nil, err
	}
	return detach(f.(*os.File))
}

// Stat implements fs.StatFS. It follows symbolic links, as Open does.
func (d *dirFS) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	return d.current().Stat(name)
}

// ReadLink implements fs.ReadLinkFS.
func (d *dirFS) ReadLink(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return d.current().Readlink(name)
}

// Lstat implements fs.ReadLinkFS.
func (d *dirFS) Lstat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrInvalid}
	}
	return d.current().Lstat(name)
}

// Sub implements fs.SubFS. The file system is confined to the directory called name, and
// has to be closed, too.
func (d *dirFS) Sub(name string) (fs.FS, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "sub", Path: name, Err: fs.ErrInvalid}
	}
	root, err := d.current().OpenRoot(name)
	if err != nil {
		return nil, err
	}
	t, err := newTree(root)
	if err != nil {
		return nil, err
	}
	sub := &dirFS{}
	sub.root.Store(t)
	return sub, nil
}

// Close implements io.Closer.
func (d *dirFS) Close() error {
	t := d.root.Load()
	t.short.close()
	return t.Close()
}
