package files

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"gopherframe/internal/passwd"
)

// A home is the directory that a user publishes. It is open only while it is used, and for a
// while afterwards.
type home struct {
	users   *users
	account passwd.Account
	fsys    *dirFS

	opening sync.Mutex // held while the directory is opened
	tree    *homeTree  // nil: not open; guarded by users.open.mu
}

func newHome(u *users, a passwd.Account) *home {
	h := &home{users: u, account: a}
	h.fsys = &dirFS{home: h}
	return h
}

var (
	errOutside   = errors.New("leads out of the home")
	errNotOwned  = errors.New("does not belong to the user")
	errNotForAll = errors.New("is not for all to read, and the server is root")
)

// openTree opens the directory. It asks for no more than the right to enter the home, which
// many users take the right to list from.
func (h *home) openTree() (*tree, error) {
	if !filepath.IsAbs(h.account.Home) {
		return nil, &fs.PathError{Op: "open", Path: h.account.Home, Err: fs.ErrInvalid}
	}
	base, err := filepath.EvalSymlinks(h.account.Home)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(base, h.users.dir))
	if err != nil {
		return nil, err
	}
	within, err := filepath.Rel(base, dir)
	if err == nil && !filepath.IsLocal(within) {
		err = errOutside
	}
	if err == nil && h.users.open.asRoot {
		err = openToAll(base, within)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: err}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	// By now a link may have taken the place of a directory on the way. Whatever was opened is
	// the user's.
	info, err := root.Stat(".")
	if err == nil {
		err = h.owns(info)
	}
	if err == nil && h.users.open.asRoot && info.Mode()&0o005 != 0o005 {
		err = errNotForAll
	}
	if err != nil {
		root.Close()
		return nil, &fs.PathError{Op: "open", Path: dir, Err: err}
	}
	return newTree(root)
}

// openToAll returns an error if not everybody may enter the home and the directories on the way
// from there to within.
func openToAll(base, within string) error {
	for dir := within; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(filepath.Join(base, dir))
		if err != nil {
			return err
		}
		if info.Mode()&0o001 == 0 {
			return errNotForAll
		}
		if dir == "." {
			return nil
		}
	}
}

// owns returns an error if the file is somebody else's.
func (h *home) owns(info fs.FileInfo) error {
	if uid, ok := ownerOf(info); !ok || uid != h.account.UID {
		return errNotOwned
	}
	return nil
}

// check returns an error if the file called name, which info describes, must not be served: it
// is a hard link to the file of somebody else, or the server may read it only because it is root.
func (h *home) check(t *tree, name string, info fs.FileInfo) error {
	var err error
	if info.Mode().IsRegular() {
		err = h.owns(info)
	}
	if err == nil && h.users.open.asRoot {
		err = h.checkAsRoot(t, name, info)
	}
	if err != nil {
		return &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return nil
}

func (h *home) checkAsRoot(t *tree, name string, info fs.FileInfo) error {
	need := fs.FileMode(0o004)
	if info.IsDir() {
		need = 0o005
	}
	if info.Mode()&need != need {
		return errNotForAll
	}
	return openWay(t, name)
}

// maxLinks is how many symbolic links may be on the way to a file, as for the system.
const maxLinks = 40

// openWay returns an error if not everybody may enter the directories on the way to the file called
// name, also those through which symbolic links lead.
func openWay(t *tree, name string) error {
	at, links := ".", 0
	for rest := strings.Split(name, "/"); len(rest) > 0; {
		next := path.Join(at, rest[0])
		rest = rest[1:]
		info, err := t.Lstat(next)
		switch {
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := t.Readlink(next)
			if err != nil {
				return err
			}
			if links++; links > maxLinks {
				return syscall.ELOOP
			}
			rest = append(strings.Split(target, "/"), rest...)
			continue
		case info.IsDir() && len(rest) > 0 && info.Mode()&0o001 == 0:
			return errNotForAll
		}
		at = next
	}
	return nil
}
