package files

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/gophermap"
	"gopherframe/internal/filetype"
)

// CGI returns an [Option]: files whose paths match one of the globs are programs, and run instead of being
// served. A glob without a slash, as "*.cgi", is one of [path.Match] for the name of a file in any
// directory; one with a slash, as "cgi-bin/*", is for the whole path in the tree. Only programs of a
// [Dir] run; in other file systems, and if it may not be executed, a file that matches is an error, and
// never shown.
//
// A selector may go on behind a program: "x.cgi/a?b" runs x.cgi with the PATH_INFO "/a" and the
// QUERY_STRING "b". A program index.cgi answers for its directory, before a gophermap, and for
// whatever there is not below it. A gophermap that may be executed is run, and its output is the map, in which "="
// is text. Lines "=program" in maps are replaced by what the program prints.
//
// The output of a program is sent as it is, that of one with the extension .dcgi is a menu in the dialect of
// geomyidae. Listings show .dcgi and index.cgi as menus, and others as what the extension before .cgi
// says, otherwise as texts.
//
// h has the environment, the user and the limits of programs, which run in their own directory; its other
// fields do not count. Whoever can write in the tree decides what runs. CGI panics if a glob
// is malformed.
func CGI(h *cgi.Handler, globs ...string) Option {
	globs = mustMatch("CGI", globs)
	return func(s *server) {
		s.programs.handler, s.programs.globs = h, globs
		s.runProgram = s.outputOf
	}
}

// MapCommands returns an [Option]: a line of a gophermap as `=figlet -f mono12 "Thunix"` is replaced by what the
// command prints, a gophermap in which "=" is text. /bin/sh runs it in the directory of the map. The
// line is the author's; what a client sends is in the variables only. h has the environment, the user and the
// limits of commands; its other fields do not count. Only maps of a [Dir] have commands.
func MapCommands(h *cgi.Handler) Option {
	return func(s *server) {
		s.runCommand = func(q *gopherframe.Request, dir, line string) (string, error) {
			there, err := s.realPath(dir)
			if err != nil {
				return "", err
			}
			shell := s.at(h, "/bin/sh", q, dir+"/")
			shell.Args, shell.Dir = []string{"-c", line}, there
			return mapText(shell, q)
		}
	}
}

// UserPrograms is an [Option]: what [CGI] says is also for the directories of [Users], and the globs for
// paths in them. A program there runs only if it belongs to the user, and as that user, with that
// user's groups: so a server that is not root runs those of its own user only. Commands in maps never run
// there. By default programs of users are files.
func UserPrograms(s *server) { s.programs.users = true }

// programs are the files that are run.
type programs struct {
	handler *cgi.Handler // nil: none
	globs   []string
	users   bool // also in directories of users
}

// match reports whether a file of this path is a program.
func (p *programs) match(name string) bool {
	return slices.ContainsFunc(p.globs, func(glob string) bool {
		of := name
		if !strings.Contains(glob, "/") {
			of = path.Base(name)
		}
		ok, _ := path.Match(strings.TrimPrefix(glob, "/"), of)
		return ok
	})
}

const (
	indexProgram    = "index.cgi"
	programExt      = ".cgi"
	menuExt         = ".dcgi" // geomyidae's
	programText     = gopherframe.TypeText
	maxProgramDepth = 64 // elements of a path to a program: each costs system calls
)

// typeOf returns what a program is listed as whose own extension has no type.
func (p *programs) typeOf(name string, extensions []filetype.Extensions) gopherframe.ItemType {
	switch name = path.Base(name); {
	case path.Ext(name) == menuExt, name == indexProgram:
		return gopherframe.TypeMenu
	}
	if typ := filetype.ByName(strings.TrimSuffix(name, programExt), extensions...); typ != 0 {
		return gopherframe.ItemType(typ)
	}
	return programText
}

// program answers by the program that the path leads to. It returns nil if it leads to none.
func (s *server) program(q *gopherframe.Request, selector string) gopherframe.Response {
	if s.programs.handler == nil || strings.ContainsFunc(selector, isControl) {
		return nil
	}
	name, script, found := s.findProgram(selector)
	if !found {
		return nil
	}
	there, err := s.realPath(name)
	if err != nil {
		s.log(q).Error("gopherframe: a program could not be started", "program", name, "error", err.Error())
		return &gopherframe.Error{Err: err}
	}
	h := s.at(s.programs.handler, there, q, script)
	if path.Ext(name) == menuExt {
		h.Type, h.Gph = gopherframe.TypeMenu, true
	}
	return h.Respond(q)
}

// at returns a Handler for the program there, a path of the system, which the path script in the
// tree leads to.
func (s *server) at(h *cgi.Handler, there string, q *gopherframe.Request, script string) *cgi.Handler {
	h = h.At(there, q.Base()+strings.TrimPrefix(script, "./"))
	h.Root, _ = s.tree.where()
	h.User = s.userName()
	return h
}

// findProgram returns the path of the program that answers for a selector, and the path that leads to it, which
// is that of the directory for an index.cgi.
func (s *server) findProgram(selector string) (name, script string, found bool) {
	asked, _, hasQuery := strings.Cut(selector, "?")
	if hasQuery && fs.ValidPath(selector) {
		if _, err := fs.Stat(s.fsys, selector); err == nil {
			return "", "", false // a file with a question mark in its name
		}
	}
	asked = strings.TrimSuffix(asked, "/")
	if s.isIndex(".") {
		name, script, found = indexProgram, "", true
	}
	if asked == "" {
		return name, script, found
	}
	for i, depth := 0, 0; i < len(asked) && depth < maxProgramDepth; depth++ {
		end := len(asked)
		if n := strings.IndexByte(asked[i:], '/'); n >= 0 {
			end = i + n
		}
		prefix := asked[:end]
		i = end + 1
		if element := path.Base(prefix); element == "." || element == ".." {
			return "", "", false // refused as a path, and below a program
		}
		info, err := fs.Stat(s.fsys, prefix)
		switch {
		case !fs.ValidPath(prefix) || err != nil:
			return name, script, found && !s.isHidden(prefix) && !hasDots(asked)
		case s.isHidden(prefix):
			return "", "", false
		case info.Mode().IsRegular():
			return prefix, prefix, s.programs.match(prefix) && !hasDots(asked)
		case !info.IsDir():
			return "", "", false
		case s.isIndex(prefix):
			name, script, found = path.Join(prefix, indexProgram), prefix+"/", true
		case end == len(asked):
			return "", "", false // a directory with a menu of its own
		}
	}
	return name, script, found
}

// notShown answers for a program that the selector does not lead to as to one, so that it cannot run: its
// path is too deep, or has a question mark in it.
func (s *server) notShown(q *gopherframe.Request, name string) gopherframe.Response {
	err := &fs.PathError{Op: "run", Path: name, Err: errNoSelector}
	s.log(q).Error("gopherframe: a program could not be started", "program", name, "error", err.Error())
	return &gopherframe.Error{Err: err}
}

var errNoSelector = errors.New("no selector leads to a program with a question mark in its path, or with so many directories on it")

// hasDots reports whether a path has an element that leads elsewhere in a file system: programs
// are not to find such a thing in their PATH_INFO.
func hasDots(name string) bool {
	for element := range strings.SplitSeq(name, "/") {
		if element == "." || element == ".." {
			return true
		}
	}
	return false
}

// isIndex reports whether the directory has an index.cgi.
func (s *server) isIndex(dir string) bool {
	name := path.Join(dir, indexProgram)
	if !s.programs.match(name) {
		return false
	}
	info, err := fs.Stat(s.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// outputOf returns what a program prints that a line of a map includes. dir is the directory of
// the map.
func (s *server) outputOf(q *gopherframe.Request, dir, program string) (string, error) {
	if !s.programs.match(program) {
		return "", gophermap.ErrNotRun
	}
	there, err := s.realPath(program)
	if err != nil {
		return "", err
	}
	where, err := s.realPath(dir)
	if err != nil {
		return "", err
	}
	h := s.at(s.programs.handler, there, q, dir+"/")
	h.Dir = where
	return mapText(h, q)
}

// mapText returns what a program prints, one byte more than a map may have if there is more.
func mapText(h *cgi.Handler, q *gopherframe.Request) (string, error) {
	text, _, err := h.Output(q, gophermap.MaxBytes+1)
	return string(text), err
}

var errNoDir = errors.New("it is in no directory of the system")

// where returns the path of the system of the tree.
func (d *dirFS) where() (string, error) {
	if d.path != "" {
		return d.path, nil
	}
	t, err := d.use()
	if err != nil {
		return "", err
	}
	defer t.release()
	return t.Name(), nil
}

// realPath returns the path of the system of a file in the tree. Whatever is done to the way to
// it afterwards, by those who can write in the tree, decides what is found there.
func (s *server) realPath(name string) (string, error) {
	if s.tree == nil {
		return "", &fs.PathError{Op: "run", Path: name, Err: errNoDir}
	}
	root, err := s.tree.where()
	if err != nil {
		return "", err
	}
	there := filepath.Join(root, filepath.FromSlash(name))
	ours, err := fs.Stat(s.fsys, name)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(there); err != nil || !os.SameFile(info, ours) {
		return "", &fs.PathError{Op: "run", Path: there, Err: fs.ErrNotExist}
	}
	return there, nil
}
