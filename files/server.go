// Package files serves directories over Gopher: their files, their gophermaps, and
// menus of what is in them.
//
//	site, err := files.Dir("site")
//	…
//	r.Mount("files/", files.Server(site))
package files

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
	"gopherframe/internal/regular"
)

// Server returns a Handler that serves the files and directories of fsys, each under
// the selector that is its path; [Dir], embed.FS and zip.Reader are such file systems.
// Mount it:
//
//	r.Mount("files/", files.Server(fsys))
//
// A directory answers with its gophermap if it has a file of that name, see
// docs/gophermap.md, otherwise with a menu of its entries: directories first,
// by name. Names that begin with a period are neither listed nor served, unless
// [DotFiles] says so, and whatever is no regular file or directory is not found. "dir" and
// "dir/" are the same. Nothing is percent-decoded; see middleware.Unescape for clients
// that send "%20".
//
// Equal menus are made once for all clients who ask for them at the same time, and kept for
// at most 10 seconds while the times of their directory and gophermap stay the same; 16 MiB
// of them at most. So the types of files whose content decides, and the targets of links,
// may be 10 seconds old. Clients share the items of a menu: a middleware must not change
// them but make a menu of its own. It may append to it.
//
// What is wrong with a gophermap is logged through [gopherframe.Request.Log], once until
// the file changes. The Handler is safe for concurrent use if fsys is.
func Server(fsys fs.FS, options ...Option) gopherframe.Handler {
	s := &server{fsys: fsys, menus: newMenus()}
	for _, option := range options {
		option(s)
	}
	return s.respond
}

// An Option changes what a [Server] does.
type Option func(*server)

// DotFiles is an [Option]: names that begin with a period are listed and served like all
// others. By default they are not, because they are the ones that nobody meant to
// publish: .git, .htpasswd, the remains of an editor.
func DotFiles(s *server) { s.dotFiles = true }

type server struct {
	fsys     fs.FS
	dotFiles bool
	warnings warnings
	menus    *menus
}

// respond answers with what is at the path, an *Error if there is nothing to serve.
func (s *server) respond(q *gopherframe.Request) gopherframe.Response {
	path := framing.Path(q.Base(), q.Selector)
	name, isDir := strings.CutSuffix(path, "/")
	switch path {
	case "":
		name = "."
	case "/", ".", "./":
		name = path // refused below, as all other aliases of a path are
	}
	if path == "." || !fs.ValidPath(name) || strings.ContainsFunc(name, isControl) {
		return &gopherframe.Error{Text: gopherframe.BadSelectorText, Err: &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}}
	}
	if name != "." && s.isHidden(name) {
		return notServed(name, errHidden)
	}
	asked := time.Now()
	info, err := fs.Stat(s.fsys, name)
	switch {
	case err != nil:
		return gopherframe.Fail(regular.Absent(err))
	case info.IsDir():
		return s.directory(q, name, info, asked)
	case info.Mode().IsRegular() && !isDir:
		return &gopherframe.File{FS: s.fsys, Name: name, Type: gopherframe.ItemType(filetype.ByName(name))}
	}
	return notServed(path, regular.ErrNotServed)
}

var errHidden = errors.New("a name that begins with a period is not served")

// notServed returns "Not found." with a cause for the log.
func notServed(path string, cause error) gopherframe.Response {
	return gopherframe.Fail(regular.Absent(&fs.PathError{Op: "open", Path: path, Err: cause}))
}

// isHidden reports whether path has an element that is not served.
func (s *server) isHidden(path string) bool {
	return !s.dotFiles && (strings.HasPrefix(path, ".") || strings.Contains(path, "/."))
}

// isControl reports whether r is one of C0, which no line of a request or menu can carry
// (NUL, TAB and the line ends) or nobody means in a name.
func isControl(r rune) bool { return r < ' ' }

// A directory is one that a Server answers for.
type directory struct {
	*server
	name string // "." or a path in fsys
	base string // the beginning of the selectors of its entries
	log  *slog.Logger
}

// directory answers with the gophermap of the directory, else with a listing.
func (s *server) directory(q *gopherframe.Request, name string, info fs.FileInfo, asked time.Time) gopherframe.Response {
	d := directory{s, name, q.Base(), q.Log()}
	if name != "." {
		d.base += name + "/"
	}
	state := state{dir: info, gophermap: d.statGophermap(), asked: asked}
	menu, err := s.menus.get(q.Context(), menuKey{d.name, d.base}, state, func(ctx context.Context) (*gopherframe.Menu, error) {
		if state.gophermap != nil {
			return d.readGophermap()
		}
		return d.list(ctx)
	})
	switch {
	case err == nil:
		return menu
	case q.Context().Err() != nil:
		return gopherframe.Fail(err)
	}
	return gopherframe.Fail(regular.Absent(err))
}

// path returns the path in fsys of an entry of d.
func (d directory) path(name string) string { return path.Join(d.name, name) }
