package cgi

import (
	"context"
	"io"
	"log/slog"
	"time"

	"gopherframe"
)

// ServeCall is Serve for an environment and arguments, with a logger, to w.
func ServeCall(ctx context.Context, environ, args []string, w io.Writer, h gopherframe.Handler, log *slog.Logger) error {
	c, err := readCall(environ, args)
	if err != nil {
		return err
	}
	c.info.Log = log
	c.serve(ctx, newClient(w, func() {}, stallTimeout), h)
	return nil
}

// ServeStalled is ServeCall to a client that takes nothing for the time given. gone is
// called when it is given up.
func ServeStalled(w io.Writer, timeout time.Duration, h gopherframe.Handler, log *slog.Logger, gone func()) {
	(&call{info: gopherframe.Info{Log: log}}).serve(context.Background(), newClient(w, gone, timeout), h)
}

var (
	Escape   = escape
	Unescape = unescape
)
