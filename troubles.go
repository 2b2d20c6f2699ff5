package gopherframe

import (
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// troubles remembers which files were complained about, so that clients cannot
// fill the log by asking again. It has at most one entry for each file there is.
type troubles struct {
	mu    sync.Mutex
	known map[string]time.Time // when the file was changed last
}

// logger returns log the first time it is asked for the file in this state, then
// one that drops what it gets.
func (t *troubles) logger(log *slog.Logger, name string, info fs.FileInfo) *slog.Logger {
	t.mu.Lock()
	defer t.mu.Unlock()
	changed, known := t.known[name]
	if known && changed.Equal(info.ModTime()) {
		return slog.New(slog.DiscardHandler)
	}
	if t.known == nil {
		t.known = map[string]time.Time{}
	}
	t.known[name] = info.ModTime()
	return log
}
