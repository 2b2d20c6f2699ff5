package files

import (
	"io/fs"

	"gopherframe"
)

// A Kept tells tests what a Server keeps. Tests use it while nobody asks the Server.
type Kept struct{ s *server }

// NewKept returns the Handler of a Server and what it keeps.
func NewKept(fsys fs.FS, options ...Option) (gopherframe.Handler, Kept) {
	s := newServer(fsys, options)
	return s.respond, Kept{s}
}

// Mark puts "KEPT" in the place of the answer that is kept for the file or directory, and
// returns whether there is one and whether it is exact.
func (k Kept) Mark(name string) (kept, exact bool) {
	if e, ok := k.s.cache.kept.Get(key{name: name}); ok {
		e.answer = gopherframe.Text("KEPT")
		return true, e.exact
	}
	if e, ok := k.s.cache.kept.Get(key{name: name, menu: true}); ok {
		e.answer = gopherframe.NewMenu().Info("KEPT")
		return true, e.exact
	}
	return false, false
}

// Forget has the way to the file looked up again, as after a second.
func (k Kept) Forget(name string) {
	e, _ := k.s.cache.kept.Get(key{name: name})
	e.found.Store(0)
}

// OpenDir opens a directory of a Dir as listings do.
func OpenDir(fsys fs.FS, name string) (fs.File, error) { return fsys.(*dirFS).openDir(name) }

// CloseRoot leaves only the short way into a Dir, which finds nothing that is not kept.
func CloseRoot(fsys fs.FS) { fsys.(*dirFS).root.Load().Close() }

// CloseShort leaves only the os.Root of a Dir.
func CloseShort(fsys fs.FS) { fsys.(*dirFS).root.Load().short.close() }
