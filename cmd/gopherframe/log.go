package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
)

// newLogger returns the logger for the format, which is one of --log's.
func newLogger(format string, w io.Writer) *slog.Logger {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil))
	case "combined":
		return slog.New(combined{slog.NewTextHandler(w, nil), w})
	case "off":
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// errorOutput returns stderr, but not where inetd made it the client's connection.
func errorOutput() io.Writer {
	in, err := os.Stdin.Stat()
	if err != nil || in.Mode()&os.ModeSocket == 0 {
		return os.Stderr
	}
	if out, err := os.Stderr.Stat(); err == nil && os.SameFile(in, out) {
		return io.Discard
	}
	return os.Stderr
}

// combined writes requests in the combined log format of web servers, which
// programs like goaccess read, and all else as text.
type combined struct {
	slog.Handler
	w io.Writer
}

func (c combined) Handle(ctx context.Context, r slog.Record) error {
	fields := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		fields[a.Key] = a.Value.String()
		return true
	})
	if _, ok := fields["selector"]; !ok {
		return c.Handler.Handle(ctx, r)
	}
	host := "-"
	if addr, err := netip.ParseAddrPort(fields["remote"]); err == nil {
		host = addr.Addr().String()
	}
	_, err := fmt.Fprintf(c.w, "%s - - [%s] \"GET %s Gopher\" %d %s \"-\" \"-\"\n", host,
		r.Time.Format("02/Jan/2006:15:04:05 -0700"), target(fields["selector"]), status(fields["error"]), fields["bytes"])
	return err
}

// target returns the selector as a path, in which no character can end its field.
func target(selector string) string {
	var path strings.Builder
	path.WriteByte('/')
	for _, b := range []byte(strings.TrimPrefix(selector, "/")) {
		if b <= ' ' || b == '"' || b == '\\' || b == '%' || b >= 0x7F {
			fmt.Fprintf(&path, "%%%02X", b)
		} else {
			path.WriteByte(b)
		}
	}
	return path.String()
}

// status returns the code of HTTP that tells readers of the log the same.
func status(err string) int {
	if err == "" {
		return 200
	}
	return 404
}
