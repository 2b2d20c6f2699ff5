package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A beneath is a short way into a directory: one system call for a path of any depth, where
// os.Root needs three for each directory on the way. Whoever gets an error from it asks the
// os.Root of the directory, which decides: the kernel may be older than openat2, Linux 5.6,
// a sandbox may refuse it, and a path with ".." in a link fails while something is renamed.
type beneath struct {
	dir     *os.File
	raw     syscall.RawConn // of dir: keeps it open during a call
	openat2 openat2         // nil if it is refused
}

// An openat2 is a function like unix.Openat2.
type openat2 func(dir int, name string, how *unix.OpenHow) (fd int, err error)

func newBeneath(root *os.Root) (beneath, error) { return newBeneathBy(root, unix.Openat2) }

// newBeneathBy asks for openat2 once, so that where it is refused not every file costs a call
// that fails.
func newBeneathBy(root *os.Root, open openat2) (beneath, error) {
	dir, err := root.Open(".")
	if err != nil {
		return beneath{}, err
	}
	raw, err := dir.SyscallConn()
	if err != nil {
		dir.Close()
		return beneath{}, err
	}
	b := beneath{dir, raw, open}
	if f, err := b.openFile(".", unix.O_DIRECTORY, 0); err == nil {
		f.Close()
	} else {
		b.openat2 = nil
	}
	return b, nil
}

func (b beneath) close() { b.dir.Close() }

// openFile opens a file for reading, with the rule of os.Root, which the kernel keeps:
// symbolic links are followed as long as they stay in the directory. The *os.File does not meet
// the poller, which knows no files of a disk.
func (b beneath) openFile(name string, flag int, _ fs.FileMode) (*os.File, error) {
	if b.openat2 == nil {
		return nil, errors.ErrUnsupported
	}
	how := unix.OpenHow{
		Flags:   uint64(flag) | unix.O_CLOEXEC | unix.O_LARGEFILE,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS,
	}
	var fd int
	err := b.call(func(dir int) (err error) {
		fd, err = b.openat2(dir, name, &how)
		return err
	})
	if err != nil {
		return nil, err
	}
	if flag&unix.O_NONBLOCK != 0 { // os.NewFile would take it for one to be polled
		unix.FcntlInt(uintptr(fd), unix.F_SETFL, 0)
	}
	return os.NewFile(uintptr(fd), b.dir.Name()+"/"+name), nil
}

// openDir opens a directory to read the names and types of its entries. The Info of an entry
// must not be asked for: that would look it up by its path.
func (b beneath) openDir(name string) (fs.ReadDirFile, error) {
	return b.openFile(name, unix.O_DIRECTORY, 0)
}

// detach returns f, a directory that os.Root opened, without its os.Root, which would look up
// each entry as it is read. It closes f. The types of entries that the file system does not
// tell are looked up in the directory itself all the same.
func detach(f *os.File) (*os.File, error) {
	defer f.Close()
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	var fd int
	if closed := raw.Control(func(of uintptr) { fd, err = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 0) }); closed != nil {
		return nil, closed
	}
	if err != nil {
		return nil, &fs.PathError{Op: "dup", Path: f.Name(), Err: err}
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// stamp returns the stamp of the file called name, in one system call, and false if there is
// none. A link in the place of the file has a stamp of its own. Links on the way are followed
// wherever they lead: the stamp only tells whether a file that was found otherwise is still
// the one of this name.
func (b beneath) stamp(name string) (stamp, bool) {
	var st unix.Stat_t
	err := b.call(func(dir int) error { return unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	return stamp{uint64(st.Dev), st.Ino, st.Size, st.Mtim.Nano(), st.Ctim.Nano()}, err == nil
}

// lookIn returns a looker for a directory that openDir opened, which looks up names in it with
// one system call each and opens nothing.
func lookIn(f fs.File) (looker, error) {
	raw, err := f.(*os.File).SyscallConn()
	if err != nil {
		return nil, err
	}
	return func(found fs.DirEntry) *facts {
		var st unix.Stat_t
		var err error
		closed := raw.Control(func(dir uintptr) { err = unix.Fstatat(int(dir), found.Name(), &st, unix.AT_SYMLINK_NOFOLLOW) })
		if closed != nil || err != nil {
			return nil
		}
		return &facts{st.Size, time.Unix(st.Mtim.Unix())}
	}, nil
}

func (b beneath) call(f func(dir int) error) (err error) {
	closed := b.raw.Control(func(fd uintptr) { err = f(int(fd)) })
	if closed != nil {
		return closed
	}
	return err
}

// stampOf returns the stamp in info, and false if that is not of a file of the system.
func stampOf(info fs.FileInfo) (stamp, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return stamp{}, false
	}
	return stamp{uint64(st.Dev), st.Ino, st.Size, st.Mtim.Nano(), st.Ctim.Nano()}, true
}

// hasStamps tells whether the files of a Dir have stamps.
const hasStamps = true
