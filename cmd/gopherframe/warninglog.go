package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A warningLog is a slog.Handler that keeps the warnings of files.Server about the files
// of a site: a line of a gophermap that makes no sense is served as text, so nothing is
// wrong with the menu. It is safe for concurrent use.
type warningLog struct {
	mu   sync.Mutex
	kept []problem
}

// problems returns the warnings, sorted by files and lines.
func (w *warningLog) problems() []problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortFunc(w.kept, func(a, b problem) int {
		return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line), strings.Compare(a.text, b.text))
	})
	return w.kept
}

// Enabled implements slog.Handler.
func (w *warningLog) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}

// Handle keeps a record as `FILE: line N: message; name: value`.
func (w *warningLog) Handle(_ context.Context, r slog.Record) error {
	text := strings.TrimPrefix(r.Message, "gopherframe: ")
	var p problem
	var line string
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "file", "directory":
			p.file = a.Value.String()
		case "line":
			line = fmt.Sprintf("line %s: ", a.Value)
			p.line, _ = strconv.Atoi(a.Value.String())
		default:
			text += fmt.Sprintf("; %s: %s", a.Key, a.Value)
		}
		return true
	})
	p.text = fmt.Sprintf("%s: %s%s", p.file, line, text)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept = append(w.kept, p)
	return nil
}

// WithAttrs implements slog.Handler. The attributes are dropped: files.Server adds none.
func (w *warningLog) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup implements slog.Handler. The group is dropped.
func (w *warningLog) WithGroup(string) slog.Handler { return w }
