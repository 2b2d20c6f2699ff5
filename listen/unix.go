package listen

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"gopherframe"
)

// Unix serves over a Unix socket, for a proxy on the same machine.
type Unix struct {
	// Path is the file of the socket. A socket that no server listens on is replaced;
	// one that is in use, or a file that is no socket, is an error. Serve removes the
	// file when it ends, unless it has been replaced by another one.
	Path      string
	Mode      fs.FileMode    // permissions of the file, which decide who may connect; 0: 0666
	Listener  net.Listener   // used instead of Path; Serve closes it
	Public    string         // "host:port" that menus advertise; empty: "localhost:70"
	Ready     func(net.Addr) // as in TCP
	PlainText bool           // text without dot-stuffing and final period
	Limits    Limits         // the zero Limits are the defaults
	Log       *slog.Logger   // nil: slog.Default()
}

// Serve implements [Listener].
func (l *Unix) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.Listener != nil {
		defer l.Listener.Close() // however this ends
	}
	s, err := newServer(ctx, "unix", h, l.Public, l.PlainText, l.Limits, l.Log)
	if err != nil {
		return err
	}
	s.ready = l.Ready
	ln := l.Listener
	if ln == nil {
		if ln, err = ListenUnix(l.Path, l.Mode); err != nil {
			return err
		}
	}
	return s.serve(ctx, ln)
}

// ListenUnix binds a socket for [Unix]. The arguments are as its Path and Mode. Closing
// the listener removes the file.
func ListenUnix(path string, mode fs.FileMode) (net.Listener, error) {
	if path == "" {
		return nil, errors.New("listen: a Unix socket needs a path")
	}
	if len(path) > maxUnixPath {
		return nil, fmt.Errorf("listen: %s: the path of a Unix socket may have %d bytes here, and this one has %d", path, maxUnixPath, len(path))
	}
	if err := checkStale(path); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	// The socket gets its name only when its mode is right, so that nobody can connect
	// before that; and a stale socket is replaced in one step.
	ln, fresh, err := bindBeside(path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	ln.SetUnlinkOnClose(false) // it has the wrong name
	u := &unixListener{UnixListener: ln, path: path}
	if err = os.Chmod(fresh, cmp.Or(mode, 0o666)); err == nil {
		if err = os.Rename(fresh, path); err == nil {
			u.file, err = os.Lstat(path)
		}
	}
	if err != nil {
		ln.Close()
		os.Remove(fresh)
		return nil, fmt.Errorf("listen: %w", err)
	}
	return u, nil
}

// maxUnixPath is the number of bytes that a socket's path may have: the system has room
// for one more, which is NUL.
const maxUnixPath = len(syscall.RawSockaddrUnix{}.Path) - 1

// bindBeside binds a socket in the directory of path, under a name that is not in use and
// short enough for the system if path is. It returns that name, too.
func bindBeside(path string) (ln *net.UnixListener, name string, err error) {
	dir := filepath.Dir(path)
	room := maxUnixPath - len(filepath.Join(dir, "x")) + 1
	for range 100 {
		name = filepath.Join(dir, rand.Text()[:min(room, 8)])
		ln, err = net.ListenUnix("unix", &net.UnixAddr{Name: name, Net: "unix"})
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return ln, name, err
}

// checkStale returns an error unless path does not exist or is a socket that no server
// listens on.
func checkStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSocket == 0 {
		return fmt.Errorf("%s: is not a socket, and is not replaced by one", path)
	}
	c, err := net.Dial("unix", path)
	switch {
	case err == nil:
		c.Close()
	case errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, refusedOnWindows):
		return nil
	case errors.Is(err, fs.ErrPermission):
		return err
	}
	// Other errors, such as EAGAIN, come from a server that is too busy to accept.
	return fmt.Errorf("%s: another server listens there", path)
}

// refusedOnWindows is WSAECONNREFUSED.
const refusedOnWindows = syscall.Errno(10061)

// A unixListener removes its file when it is closed.
type unixListener struct {
	*net.UnixListener
	path   string
	file   fs.FileInfo
	remove sync.Once
}

// Close closes the socket and removes its file.
func (u *unixListener) Close() error {
	u.remove.Do(func() {
		if now, err := os.Lstat(u.path); err == nil && os.SameFile(now, u.file) {
			os.Remove(u.path)
		}
	})
	return u.UnixListener.Close()
}
