package gopherframe

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

const (
	// maxListed bounds the memory and the time that one automatic menu takes.
	maxListed = 100_000
	// maxSniffed bounds how many files it opens to find out their types.
	maxSniffed = 1_000
	// listedAtOnce is how many directory entries are read together.
	listedAtOnce = 1_000
)

// FileServer returns a Handler that serves the files and directories of fsys,
// each under the selector that is its path; [Dir], embed.FS and zip.Reader are
// such file systems. Mount it:
//
//	r.Mount("files/", gopherframe.FileServer(fsys))
//
// A directory answers with its gophermap if it has a file of that name, see
// docs/gophermap.md, otherwise with a menu of its entries: directories first,
// by name. Names that begin with a period are neither listed nor served, and
// whatever is no regular file or directory is not found. A selector that is not
// found is tried once more percent-decoded, because some clients send what was
// typed into a URL as it stands. "dir" and "dir/" are the same.
func FileServer(fsys fs.FS) Handler {
	return fileServer{fsys, &troubles{}}.respond
}

type fileServer struct {
	fsys     fs.FS
	troubles *troubles
}

func (s fileServer) respond(q *Request) Response {
	path := strings.TrimPrefix(q.Selector, "/")
	resp := s.lookup(q, path)
	if ErrorOf(resp) == nil || !strings.Contains(path, "%") {
		return resp
	}
	if decoded, err := url.PathUnescape(path); err == nil {
		if second := s.lookup(q, decoded); ErrorOf(second) == nil {
			return second
		}
	}
	return resp
}

// lookup answers with what is at path, an *Error if there is nothing to serve.
func (s fileServer) lookup(q *Request, path string) Response {
	name, isDir := strings.CutSuffix(path, "/")
	if name == "" {
		name = "."
	} else if name == "." {
		name = "./" // as bad as any other way to say it
	}
	if !fs.ValidPath(name) || strings.ContainsFunc(name, isControl0) {
		return &Error{Text: BadSelectorText, Err: &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}}
	}
	if name != "." && isHidden(name) {
		return &Error{Text: NotFoundText, Err: &fs.PathError{Op: "open", Path: name, Err: errHidden}}
	}
	info, err := fs.Stat(s.fsys, name)
	switch {
	case err != nil:
		return fileError(err)
	case info.IsDir():
		return s.directory(q, name)
	case info.Mode().IsRegular() && !isDir:
		return &File{FS: s.fsys, Name: name, Type: typeByName(name)}
	}
	return fileError(&fs.PathError{Op: "open", Path: path, Err: errNotServed})
}

var (
	errHidden    = errors.New("a name that begins with a period is not served")
	errNotServed = errors.New("neither a regular file nor a directory")
)

// isHidden reports whether an element of path begins with a period.
func isHidden(path string) bool {
	return strings.HasPrefix(path, ".") || strings.Contains(path, "/.")
}

func isControl0(r rune) bool { return r < ' ' }

// directory answers with the gophermap of the directory, else with a listing.
func (s fileServer) directory(q *Request, dir string) Response {
	at := directory{s.fsys, dir, q.Base(), q.Log(), s.troubles}
	if dir != "." {
		at.base += dir + "/"
	}
	resp, err := at.gophermap()
	if errors.Is(err, fs.ErrNotExist) {
		resp, err = at.list()
	}
	if err != nil {
		return fileError(err)
	}
	return resp
}

// list returns the automatic menu.
func (d directory) list() (*Menu, error) {
	entries, more, err := d.entries()
	if err != nil {
		return nil, err
	}
	sniffs := maxSniffed
	m := &Menu{Items: make([]Item, 0, len(entries)+1)}
	for _, e := range entries {
		typ := TypeMenu
		if !e.isDir {
			typ = d.typeOf(e.name, &sniffs)
		}
		m.Link(typ, printable(e.name), d.base+e.name)
	}
	if more {
		m.Infof("There is more than these %d entries.", maxListed)
	}
	return m, nil
}

// typeOf returns the type of a file in d, by its content only as long as there
// are sniffs left. TypeBinary is right for everything: clients save it.
func (d directory) typeOf(name string, sniffs *int) ItemType {
	if typ := typeByName(name); typ != 0 {
		return typ
	}
	if *sniffs--; *sniffs < 0 {
		return TypeBinary
	}
	typ, err := (&File{FS: d.fsys, Name: d.path(name)}).sniff()
	if err != nil {
		return TypeBinary
	}
	return typ
}

type entry struct {
	name  string
	isDir bool
}

// entries returns what is to be listed, sorted, and whether there is more.
func (d directory) entries() (list []entry, more bool, err error) {
	f, err := d.fsys.Open(d.name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	open, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil, false, &fs.PathError{Op: "readdir", Path: d.name, Err: errors.ErrUnsupported}
	}
	unfit := 0 // names that cannot travel in a selector
	var example string
	for err == nil && !more {
		var batch []fs.DirEntry
		batch, err = open.ReadDir(listedAtOnce)
		for _, found := range batch {
			if !fits(found.Name()) {
				unfit, example = unfit+1, found.Name()
			} else if e, ok := d.entry(found); ok && len(list) < maxListed {
				list = append(list, e)
			} else if ok {
				more = true
			}
		}
	}
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	if info, err := f.Stat(); err == nil && unfit > 0 {
		d.troubles.logger(d.log, d.name, info).Warn("gopherframe: files are not listed, their names do not fit into a selector",
			"directory", d.name, "files", unfit, "example", fmt.Sprintf("%q", example))
	}
	slices.SortFunc(list, func(a, b entry) int {
		switch {
		case a.isDir == b.isDir:
			return strings.Compare(a.name, b.name)
		case a.isDir:
			return -1
		}
		return 1
	})
	return list, more, nil
}

// entry reports whether found is to be listed. Only for a symbolic link does it
// have to look at the file: one that leads nowhere or out is left out.
func (d directory) entry(found fs.DirEntry) (entry, bool) {
	name, mode := found.Name(), found.Type()
	if isHidden(name) {
		return entry{}, false
	}
	if mode&fs.ModeSymlink != 0 {
		info, err := fs.Stat(d.fsys, d.path(name))
		if err != nil {
			return entry{}, false
		}
		mode = info.Mode().Type()
	}
	return entry{name, mode.IsDir()}, mode.IsDir() || mode.IsRegular()
}

// fits reports whether a file of this name can be asked for.
func fits(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, isControl0)
}

// printable returns a file name as it may be shown: with "?" for characters
// that would steer a terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return '?'
		}
		return r
	}, name)
}

// open opens the file if it is a regular one, and returns its size.
func (f *File) open() (fs.File, int64, error) {
	var src fs.File
	var err error
	if f.FS == nil {
		src, err = openRegular(f.Name, os.OpenFile)
	} else {
		src, err = f.FS.Open(f.Name)
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := src.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: f.Name, Err: errNotServed}
	}
	if err != nil {
		src.Close()
		return nil, 0, err
	}
	return src, info.Size(), nil
}

// fileError returns what to answer when a file cannot be had. Only where the
// server itself is in trouble would "Not found." be a lie.
func fileError(err error) *Error {
	for _, trouble := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EIO} {
		if errors.Is(err, trouble) {
			return Fail(err)
		}
	}
	return &Error{Text: NotFoundText, Err: err}
}
