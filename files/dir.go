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
// The file system holds a descriptor of the directory until it is closed as an
// [io.Closer]. A program that serves it to its end need not do so.
func Dir(path string) (fs.FS, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("files: cannot serve directory %q: %w", path, err)
	}
	abs, err := filepath.Abs(path) // it is looked up again
	if err != nil {
		return nil, fmt.Errorf("files: cannot serve directory %q: %w", path, err)
	}
	d := &dirFS{path: abs}
	d.root.Store(root)
	d.looked.Store(time.Now().UnixNano())
	return d, nil
}

// A dirFS is the tree below a directory.
type dirFS struct {
	path   string // looked up again from time to time; "" for a Sub
	root   atomic.Pointer[os.Root]
	looked atomic.Int64 // when path was looked up last, in nanoseconds since 1970
}

// lookAgain is how often another directory may take the place of that at path.
const lookAgain = time.Second

// current returns the root, that of the directory which is now at path. If there is none
// that can be opened, the last one stays. A root that was replaced is closed when the last
// request that uses it is over, by the garbage collector.
func (d *dirFS) current() *os.Root {
	root := d.root.Load()
	now, last := time.Now().UnixNano(), d.looked.Load()
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
	if replaced, err := os.OpenRoot(d.path); err == nil {
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
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return regular.OpenFile(name, d.current().OpenFile)
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
	sub := &dirFS{}
	sub.root.Store(root)
	return sub, nil
}

// Close implements io.Closer.
func (d *dirFS) Close() error { return d.root.Load().Close() }
