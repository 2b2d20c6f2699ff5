package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// A warningLog is a slog.Handler that keeps the warnings of files.Server about the files
// of a site: a line of a gophermap that makes no sense is served as text, so nothing is
// wrong with the menu. It is safe for concurrent use.
type warningLog struct {
	mu   sync.Mutex
	kept []string
}

// lines returns the warnings, sorted.
func (w *warningLog) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(slices.Values(w.kept))
}

// Enabled implements slog.Handler.
func (w *warningLog) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}

// Handle keeps a record as `FILE: line N: message; name: value`.
func (w *warningLog) Handle(_ context.Context, r slog.Record) error {
	text := strings.TrimPrefix(r.Message, "gopherframe: ")
	var file, line string
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "file", "directory":
			file = a.Value.String()
		case "line":
			line = fmt.Sprintf("line %s: ", a.Value)
		default:
			text += fmt.Sprintf("; %s: %s", a.Key, a.Value)
		}
		return true
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept = append(w.kept, fmt.Sprintf("%s: %s%s", file, line, text))
	return nil
}

// WithAttrs implements slog.Handler. The attributes are dropped: files.Server adds none.
func (w *warningLog) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup implements slog.Handler. The group is dropped.
func (w *warningLog) WithGroup(string) slog.Handler { return w }
