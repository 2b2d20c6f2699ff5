package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// warnings keeps what a FileServer logs about the files of a site: a gophermap
// that makes no sense shows as text, in which nothing is wrong any more.
type warnings struct {
	mu   sync.Mutex
	kept []string
}

func (w *warnings) logger() *slog.Logger { return slog.New(warningHandler{w}) }

// lines returns what was logged, in an order of its own.
func (w *warnings) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(slices.Values(w.kept))
}

type warningHandler struct{ *warnings }

func (h warningHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}

// Handle writes a record as `FILE: line N: message: error`.
func (h warningHandler) Handle(_ context.Context, r slog.Record) error {
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
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept = append(h.kept, fmt.Sprintf("%s: %s%s", file, line, text))
	return nil
}

func (h warningHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h warningHandler) WithGroup(string) slog.Handler      { return h }
