package files

import (
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// warnings remembers the files that were warned of, so that clients cannot fill the log
// by asking again.
type warnings struct {
	*warned
	of string // the beginning of the names of files: "" for the site, "~name/" for the directory of a user
}

// A warned has the files that were warned of.
type warned struct {
	mu    sync.Mutex
	known map[string]time.Time // the time of the last change that was warned of
}

// maxWarned is how many files are remembered. A user could make any number of them.
const maxWarned = 100_000

// logger returns log the first time it is asked for the file in this state, then
// a logger that drops everything.
func (w warnings) logger(log *slog.Logger, name string, info fs.FileInfo) *slog.Logger {
	w.mu.Lock()
	defer w.mu.Unlock()
	name = w.of + name
	changed, known := w.known[name]
	if known && changed.Equal(info.ModTime()) {
		return slog.New(slog.DiscardHandler)
	}
	if w.known == nil || len(w.known) == maxWarned {
		w.known = map[string]time.Time{}
	}
	w.known[name] = info.ModTime()
	return log
}
