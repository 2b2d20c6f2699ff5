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

// A client is a connection that reads a request and writes the answer.
type client struct {
	io.Reader
	io.Writer
}

// exchange sends line to h and returns the answer as it was sent.
func exchange(t *testing.T, h gopherframe.Handler, line string, info gopherframe.Info) string {
	t.Helper()
	var out bytes.Buffer
	gopherframe.Serve(t.Context(), client{strings.NewReader(line), &out}, h, info)
	return out.String()
}

func answers(resp gopherframe.Response) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return resp }
}

// newLog returns a logger that leaves out times, durations and stacks.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "duration" || a.Key == "stack" {
			return slog.Attr{}
		}
		return a
	}}))
}

// stackLog returns a logger that leaves out nothing.
func stackLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// wantPanic fails unless f panics with a value that contains advice.
func wantPanic(t *testing.T, advice string, f func()) {
	t.Helper()
	defer func() {
		if v := recover(); !strings.Contains(fmt.Sprint(v), advice) {
			t.Errorf("panic: %v, want one with %q", v, advice)
		}
	}()
	f()
}
