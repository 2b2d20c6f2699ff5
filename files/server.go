// Package files serves directories over Gopher: their files, their gophermaps, and
// menus of what is in them.
//
//	site, err := files.Dir("site")
//	…
//	r.Mount("files/", files.Server(site))
package files

import (
	"errors"
	"io/fs"
	"log/slog"
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
// A directory answers with its gophermap if it has a file of that name, or else with its
// index.gph, and any other .gph file answers with the menu that it describes, see docs/gophermap.md. Without
// a map a directory answers with a menu of its entries, see docs/listings.md: directories first,
// by name, unless [Sort] says otherwise; [Hide] leaves some out, [Long] adds sizes and dates,
// [Title], [Up], [Header] and [Footer] put something around them, [Tags] shows what gophertags and inline
// gophermaps say.
//
// Names that begin with a period are neither listed nor served, unless [DotFiles] says so, and whatever is no regular file or
// directory is not found. The type of a file comes from its extension, see [Type], or else from its
// content. "dir" and "dir/" are the same. Nothing is percent-decoded; see middleware.Unescape for
// clients that send "%20".
//
// [Users] serves the directories of users as well, [Hosts] has a gophermap list the hosts of the server.
// Nothing runs unless [CGI] says which files are programs, or [MapCommands] that gophermaps may have command lines.
//
// Equal menus are made once for all clients who ask for them at the same time, automatic ones
// four at a time, and may be kept: 16 MiB of them at most, or what [Cache] says. Of a [Dir] on
// Linux a menu is kept as long as its directory does not change, and only if nothing but the
// names of the entries decides: one that depends on a gophermap, on links, on the content of
// files or on their sizes and dates is made for each request. Of other file systems a menu is
// kept for at most 10 seconds, as long as the times of its directory and gophermap stay the same, unless
// the gophermap has directives or Tags is given: sizes, dates, the targets of links, and the types of files
// whose content decides, may be as old as that. Where maps may run programs, the menu of a map is made for each client
// alone. Clients share the items of a menu: a middleware must not change them but make a menu
// of its own. It may append to it.
//
// What is wrong with a gophermap is logged through [gopherframe.Request.Log], once until
// the file changes. The Handler is safe for concurrent use if fsys is.
func Server(fsys fs.FS, options ...Option) gopherframe.Handler {
	return newServer(fsys, options).respond
}

func newServer(fsys fs.FS, options []Option) *server {
	s := &server{fsys: fsys, options: options, now: time.Now, menus: &menus{}, cache: &cache{}, warnings: warnings{warned: &warned{}}}
	s.tree, _ = fsys.(*dirFS)
	s.stamps = s.tree != nil && hasStamps
	s.cache.start = s.now()
	s.menus.listings.AtOnce = madeAtOnce
	s.cache.kept.Max = maxKept
	s.order = []Order{DirsFirst, ByName}
	for _, option := range options {
		option(s)
	}
	switch {
	case s.tree != nil && s.tree.home != nil:
		s.user = s.tree.home
		s.runCommand = nil
		if !s.programs.users {
			s.programs, s.runProgram = programs{}, nil
		}
	case s.users != nil:
		s.homes = newHomes(s)
	}
	return s
}

// An Option changes what a [Server] does.
type Option func(*server)

// DotFiles is an [Option]: names that begin with a period are listed and served like all
// others. By default they are not, because they are the ones that nobody meant to
// publish: .git, .htpasswd, the remains of an editor.
func DotFiles(s *server) { s.dotFiles = true }

// Cache returns an [Option] that bounds the memory for answers that are kept, in bytes: 16 MiB
// if it is not given. Zero or less keeps nothing. A menu that takes more alone is made for each
// request: an item takes 88 bytes and its selector, so one of 100,000 files with names of 80
// bytes takes 16 MiB.
//
// If it is more than zero and the file system is a [Dir] on Linux, small texts are kept as
// well. A file of at most 64 KiB of UTF-8, which is a text by its name or else by its content,
// is then answered as a [gopherframe.Text] instead of a [gopherframe.File], whether or not it
// is kept, so that middleware as middleware.Charset sees what is in it. A text is kept if its
// file had not changed for two seconds, for as long as device, inode, size and both times of
// the file stay the same, to the nanosecond.
//
// A change is seen at once, but for programs that write through mmap, whose changes show in
// the times late or, in tmpfs, never, and for network file systems, vfat and FUSE, which may
// tell times that are a minute old, or the time of the content in the place of that of the
// change. Where that matters, give Cache(0). If a directory is moved out of the tree and a link
// to it takes its place, what was kept of it is served for up to a second.
func Cache(maxBytes int64) Option {
	return func(s *server) {
		s.cache.kept.Max = maxBytes
		s.texts = maxBytes > 0 && s.stamps
	}
}

type server struct {
	fsys     fs.FS
	options  []Option
	tree     *dirFS // fsys if that is one; nil otherwise
	dotFiles bool
	stamps   bool // fsys has stamps: only answers that a stamp proves right are kept
	texts    bool // small texts are kept
	now      func() time.Time
	warnings warnings
	menus    *menus
	cache    *cache
	users    *users   // as Users says; nil: directories of users are not served
	homes    *homes   // the servers of those directories; nil if users is, and in these servers themselves
	user     *home    // the directory of a user that fsys is; nil: fsys is the site
	hosts    []string // as Hosts says: the list that "%" in a gophermap stands for

	types  filetype.Extensions // as Type says; they come before those of package filetype
	hidden []string            // as Hide says: patterns for the names of entries that are not listed
	order  []Order             // of the entries
	long   bool                // sizes and dates are shown
	looks  bool                // each entry is looked up: for long, or for the order
	tags   bool                // gophertags give names to directories, and inline maps are shown
	frame  frame               // around the entries

	mapHooks
	programs programs
}

// respond answers with the file or the menu at the path that was asked for, by the program that the path
// leads to, or with an *Error if there is nothing to serve.
func (s *server) respond(q *gopherframe.Request) gopherframe.Response {
	path := framing.Path(q.Base(), q.Selector)
	if s.homes != nil && isUsers(path) {
		return s.homes.router.Respond(q)
	}
	if resp := s.program(q, path); resp != nil {
		return resp
	}
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
	asked := s.now()
	if resp := s.glance(q, name, isDir, asked); resp != nil {
		return resp
	}
	name = strings.Clone(name) // what is kept must not hold the line of the request in memory
	info, err := fs.Stat(s.fsys, name)
	switch {
	case err != nil:
		return gopherframe.Fail(regular.Absent(err))
	case info.IsDir():
		return s.directory(q, name, info, asked)
	case info.Mode().IsRegular() && s.programs.match(name):
		return s.notShown(q, name)
	case info.Mode().IsRegular() && !isDir && s.isGph(name):
		return s.gph(q, name, info, asked)
	case info.Mode().IsRegular() && !isDir:
		return s.file(name, info, asked)
	}
	return notServed(path, regular.ErrNotServed)
}

// key returns the key under which an answer is kept: that of a menu, or of a text, which is the same for
// every base.
func (s *server) key(name, base string, menu bool) key {
	return key{s.userName(), name, base, menu}
}

// log returns the logger for problems with files.
func (s *server) log(q *gopherframe.Request) *slog.Logger {
	if s.user != nil {
		return q.Log().With("user", s.userName())
	}
	return q.Log()
}

// glance returns the answer that is kept for name if one look at the file tells that it is
// right, else nil.
func (s *server) glance(q *gopherframe.Request, name string, isDir bool, asked time.Time) gopherframe.Response {
	if s.tree == nil {
		return nil
	}
	if e := s.cache.glance(s.tree, s.key(name, "", false), asked); e != nil && !isDir {
		return e.answer
	}
	if e := s.cache.glance(s.tree, s.key(name, q.Base(), true), asked); e != nil {
		return shared(e.answer.(*gopherframe.Menu))
	}
	return nil
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
