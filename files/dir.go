package files

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"gopherframe/internal/regular"
)

// Dir returns the tree below the directory at path as a file system. Nothing
// outside of it can be reached: not by "..", not by an absolute path, and not by
// a symbolic link, unless that stays inside. Only regular files and directories
// can be opened, and opening never waits, not even for a FIFO.
//
// The file system holds a descriptor of the directory until it is closed as an
// [io.Closer]. A program that serves it to its end need not do so.
func Dir(path string) (fs.FS, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("files: cannot serve directory %q: %w", path, err)
	}
	return dirFS{root}, nil
}

type dirFS struct{ root *os.Root }

var (
	_ fs.StatFS     = dirFS{}
	_ fs.ReadLinkFS = dirFS{}
	_ fs.SubFS      = dirFS{}
	_ io.Closer     = dirFS{}
)

// Open implements fs.FS. The file is an *os.File.
func (d dirFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return regular.OpenFile(name, d.root.OpenFile)
}

// Stat implements fs.StatFS. It follows symbolic links, as Open does.
func (d dirFS) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	return d.root.Stat(name)
}

// ReadLink implements fs.ReadLinkFS.
func (d dirFS) ReadLink(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return d.root.Readlink(name)
}

// Lstat implements fs.ReadLinkFS.
func (d dirFS) Lstat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrInvalid}
	}
	return d.root.Lstat(name)
}

// Sub implements fs.SubFS. The file system is confined to the directory called name, and
// has to be closed, too.
func (d dirFS) Sub(name string) (fs.FS, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "sub", Path: name, Err: fs.ErrInvalid}
	}
	root, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return dirFS{root}, nil
}

// Close implements io.Closer.
func (d dirFS) Close() error { return d.root.Close() }
