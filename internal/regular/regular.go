// Package regular opens regular files and directories, and nothing that would make a
// server wait or read without end: no FIFO, device or socket.
package regular

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// ErrNotServed is the error of a file of another kind.
var ErrNotServed = errors.New("neither a regular file nor a directory")

// An infoFS is a file system that opens regular files and directories only, and tells what
// it opened.
type infoFS interface {
	OpenInfo(name string) (fs.File, fs.FileInfo, error)
}

// Open opens the regular file called name in fsys, or of the system if fsys is nil. Its
// errors are those of Absent.
func Open(fsys fs.FS, name string) (fs.File, fs.FileInfo, error) {
	f, info, err := open(fsys, name)
	if err != nil {
		return nil, nil, Absent(err)
	}
	if !info.Mode().IsRegular() {
		f.Close()
		return nil, nil, Absent(&fs.PathError{Op: "open", Path: name, Err: ErrNotServed})
	}
	return f, info, nil
}

func open(fsys fs.FS, name string) (fs.File, fs.FileInfo, error) {
	if fsys == nil {
		return OpenFile(name, os.OpenFile)
	}
	if fsys, ok := fsys.(infoFS); ok {
		return fsys.OpenInfo(name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
	}
	return f, info, err
}

// OpenFile opens a regular file or a directory for reading, by a function like
// os.OpenFile, and returns an *os.File. It looks at the kind of the open file, since another
// one may have taken the name after any earlier look, and it opens without blocking, because
// opening a FIFO waits for its writer.
func OpenFile(name string, open func(name string, flag int, perm fs.FileMode) (*os.File, error)) (fs.File, fs.FileInfo, error) {
	f, err := open(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNotServed}
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// Absent wraps err so that errors.Is(err, fs.ErrNotExist) holds: clients read "Not found."
// for files that the server may not read or will not serve. It returns err unchanged if the
// server itself is in trouble, short of descriptors or with a failing disk.
func Absent(err error) error {
	for _, trouble := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EIO} {
		if errors.Is(err, trouble) {
			return err
		}
	}
	return absent{err}
}

type absent struct{ error }

func (a absent) Unwrap() error        { return a.error }
func (a absent) Is(target error) bool { return target == fs.ErrNotExist }
