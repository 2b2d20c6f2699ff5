package files

import (
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// warnings remembers the files that were warned of, so that clients cannot fill the log
// by asking again. It has at most one entry for each file there is.
type warnings struct {
	mu    sync.Mutex
	known map[string]time.Time // the time of the last change that was warned of
}

// logger returns log the first time it is asked for the file in this state, then
// a logger that drops everything.
func (w *warnings) logger(log *slog.Logger, name string, info fs.FileInfo) *slog.Logger {
	w.mu.Lock()
	defer w.mu.Unlock()
	changed, known := w.known[name]
	if known && changed.Equal(info.ModTime()) {
		return slog.New(slog.DiscardHandler)
	}
	if w.known == nil {
		w.known = map[string]time.Time{}
	}
	w.known[name] = info.ModTime()
	return log
}
