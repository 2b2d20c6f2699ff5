package main

import (
	"io"
	"log/slog"
	"os"

	"gopherframe/middleware"
)

// newLogger returns the logger for a format of --log. With "combined" it writes text:
// only requests have that format, by logOptions.
func newLogger(format string, w io.Writer) *slog.Logger {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil))
	case "off":
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// logOptions returns the options of middleware.Logger for a format of --log.
func logOptions(format string, redact bool, w io.Writer) (options []middleware.LogOption) {
	if format == "combined" {
		options = append(options, middleware.LogFormat(w, middleware.Combined))
	}
	if redact {
		options = append(options, middleware.RedactIP)
	}
	return options
}

// errorOutput returns stderr, or io.Discard if stderr is the socket of a client, as it is
// under inetd.
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
