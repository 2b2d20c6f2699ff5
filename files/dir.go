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
	path   string               // looked up again from time to time; "" for a Sub
	home   *home                // whose directory it is, or is in; nil: of no user
	root   atomic.Pointer[tree] // nil: opened by the home when it is used
	start  time.Time            // when it was first looked up
	looked atomic.Int64         // when it was looked up last, in nanoseconds since start, whatever is done to the clock
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
	t, err := d.use()
	if err != nil {
		return nil, nil, err
	}
	defer t.release()
	f, info, err := t.open(name)
	if err != nil {
		return nil, nil, err
	}
	if err := d.check(t.tree, name, info); err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// open opens the file called name and returns what it is.
func (t *tree) open(name string) (fs.File, fs.FileInfo, error) {
	if f, info, err := regular.OpenFile(name, t.short.openFile); err == nil {
		if !info.IsDir() {
			return f, info, nil
		}
		f.Close() // the Infos of its entries would be looked up by their paths
	}
	return regular.OpenFile(name, t.OpenFile)
}

func (t *tree) close() error {
	t.short.close()
	return t.Close()
}

// openDir opens the directory called name for a listing, which does not ask for the Info of an
// entry. From an os.Root every entry would be looked up for it at once. It may be a regular
// file, of which no entries can be read.
func (d *dirFS) openDir(name string) (fs.File, error) {
	t, err := d.use()
	if err != nil {
		return nil, err
	}
	defer t.release()
	f, err := t.openDir(name)
	if err != nil || d.home == nil {
		return f, err
	}
	info, err := f.Stat()
	if err == nil {
		err = d.check(t.tree, name, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (t *tree) openDir(name string) (fs.File, error) {
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
	t, err := d.use()
	if err != nil {
		return nil, err
	}
	defer t.release()
	info, err := t.Stat(name)
	if err != nil {
		return nil, err
	}
	if err := d.check(t.tree, name, info); err != nil {
		return nil, err
	}
	return info, nil
}

// ReadLink implements fs.ReadLinkFS.
func (d *dirFS) ReadLink(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	t, err := d.use()
	if err != nil {
		return "", err
	}
	defer t.release()
	return t.Readlink(name)
}

// Lstat implements fs.ReadLinkFS.
func (d *dirFS) Lstat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrInvalid}
	}
	t, err := d.use()
	if err != nil {
		return nil, err
	}
	defer t.release()
	return t.Lstat(name)
}

// Sub implements fs.SubFS. The file system is confined to the directory called name, and
// has to be closed, too.
func (d *dirFS) Sub(name string) (fs.FS, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "sub", Path: name, Err: fs.ErrInvalid}
	}
	t, err := d.use()
	if err != nil {
		return nil, err
	}
	defer t.release()
	root, err := t.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	below, err := newTree(root)
	if err != nil {
		return nil, err
	}
	sub := &dirFS{home: d.home}
	sub.root.Store(below)
	return sub, nil
}

// Close implements io.Closer.
func (d *dirFS) Close() error {
	if t := d.root.Load(); t != nil {
		return t.close()
	}
	return nil // the home closes it
}
