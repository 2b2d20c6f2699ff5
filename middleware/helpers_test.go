package middleware_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"gopherframe"
)

// A client is the two ends of one.
type client struct {
	io.Reader
	io.Writer
}

// exchange returns the bytes that h answers line with.
func exchange(t *testing.T, h gopherframe.Handler, line string, info gopherframe.Info) string {
	t.Helper()
	var out bytes.Buffer
	gopherframe.Serve(t.Context(), client{strings.NewReader(line), &out}, h, info)
	return out.String()
}

func answers(resp gopherframe.Response) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return resp }
}

// newLog returns a logger without times and durations.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "duration" || a.Key == "stack" {
			return slog.Attr{}
		}
		return a
	}}))
}

// stackLog returns a logger that has stacks.
func stackLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// wantPanic fails unless f panics with advice.
func wantPanic(t *testing.T, advice string, f func()) {
	t.Helper()
	defer func() {
		if v := recover(); !strings.Contains(fmt.Sprint(v), advice) {
			t.Errorf("panic: %v, want one with %q", v, advice)
		}
	}()
	f()
}
