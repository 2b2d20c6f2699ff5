package files

import (
	"context"
	"io/fs"
	"log/slog"
	"time"

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

// Has returns whether something is kept for the file.
func (k Kept) Has(name string) bool {
	_, ok := k.s.cache.kept.Get(key{name: name})
	return ok
}

// Forget has the way to the file looked up again, as after a second.
func (k Kept) Forget(name string) {
	e, _ := k.s.cache.kept.Get(key{name: name})
	e.found.Add(-int64(lookAgain))
}

// Later has all requests come so much later than they do.
func (k Kept) Later(by time.Duration) {
	k.s.now = func() time.Time { return time.Now().Add(by) }
}

// Found returns when the file was looked up last, after the cache was made.
func (k Kept) Found(name string) time.Duration {
	e, _ := k.s.cache.kept.Get(key{name: name})
	return time.Duration(e.found.Load())
}

// Looked returns when the path of a Dir was looked up last, after the first time.
func Looked(fsys fs.FS) time.Duration { return time.Duration(fsys.(*dirFS).looked.Load()) }

// OpenDir opens a directory of a Dir as listings do.
func OpenDir(fsys fs.FS, name string) (fs.File, error) { return fsys.(*dirFS).openDir(name) }

// CloseRoot leaves only the short way into a Dir, which finds nothing that is not kept.
func CloseRoot(fsys fs.FS) { fsys.(*dirFS).root.Load().Close() }

// CloseShort leaves only the os.Root of a Dir.
func CloseShort(fsys fs.FS) { fsys.(*dirFS).root.Load().short.close() }

// RunWith has the commands and programs in maps run by these functions.
func (k Kept) RunWith(command, program func(q *gopherframe.Request, dir, line string) (string, error)) {
	k.s.runCommand, k.s.runProgram = command, program
}

// Entries returns the entries of the root of fsys alone, without those of some names and with
// types of its own, as a line of a gophermap may ask for them.
func Entries(fsys fs.FS, without map[string]bool, types map[string]byte, options ...Option) (*gopherframe.Menu, error) {
	d := directory{server: newServer(fsys, options), key: key{name: ".", menu: true}, log: slog.New(slog.DiscardHandler)}
	m, err := d.items(context.Background(), filter{without, types})
	return m.menu, err
}
