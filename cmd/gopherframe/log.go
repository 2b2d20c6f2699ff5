package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"gopherframe"
	"gopherframe/middleware"
)

// A logging is the flags that say what serve logs, and where.
type logging struct {
	Log      string `enum:"text,json,combined,off" default:"text" placeholder:"FORMAT" help:"One line a request, on stderr: ${enum}. With combined, the format of web servers, on stdout and without anything else. (default: ${default})"`
	LogFile  string `placeholder:"FILE" help:"Append the log to this file instead. After SIGHUP it is opened again by its name, for logrotate."`
	RedactIP bool   `name:"redact-ip" help:"Log the network of a client, not its address."`
}

// A serveLog is where serve writes, and what it writes there by the format of --log:
//
//	              text, json           combined                off
//	requests      file, else stderr    file, else stdout       nothing
//	Logger        file, else stderr    stderr, as text         nothing
//	console       stderr               stderr, as text         stderr, as text
//
// With json, all of it is JSON. It is safe for concurrent use.
type serveLog struct {
	*slog.Logger // of the listeners and of libraries
	requests     gopherframe.Middleware
	json         bool
	console      *slog.Logger
	stderr       *logBuffer
	lines        *logBuffer // where requests go: stderr, or another buffer
	stopReopen   func()
}

// newServeLog returns a log for a format of --log that has its console only. The caller must
// close it.
func newServeLog(format string) *serveLog {
	l := &serveLog{json: format == "json", stopReopen: func() {}}
	l.stderr = newLogBuffer(errorOutput(), droppedBy(format))
	l.lines = l.stderr
	l.console = newLogger(format, l.stderr, nil)
	return l
}

// open opens the rest of the log. After an error there is still the console.
func (l *serveLog) open(f *logging) error {
	if f.Log == "off" && f.LogFile != "" {
		return usageError{errors.New("--log off leaves nothing to write to --log-file: leave one of them out")}
	}
	combined := f.Log == "combined"
	dropped := droppedBy(f.Log)
	if combined { // nothing else may come between the requests
		dropped = func(_ io.Writer, lines int) { droppedBy(f.Log)(l.stderr, lines) }
	}
	switch {
	case f.LogFile != "":
		file, err := openLogFile(f.LogFile, l.console)
		if err != nil {
			return err
		}
		l.lines = newLogBuffer(file, dropped)
		l.stopReopen = file.reopenOnHangup()
	case combined:
		l.lines = newLogBuffer(os.Stdout, dropped)
	}
	var options []middleware.LogOption
	if f.RedactIP {
		options = append(options, middleware.RedactIP)
	}
	general := l.lines
	if combined {
		options = append(options, middleware.LogFormat(l.lines, middleware.Combined))
		general = l.stderr
	}
	l.Logger = newLogger(f.Log, general, flagsForFields)
	l.requests = middleware.Logger(newLogger(f.Log, l.lines, nil), options...)
	return nil
}

// droppedBy returns the function with which a logBuffer reports, in a format of --log, that
// it dropped lines.
func droppedBy(format string) func(w io.Writer, lines int) {
	return func(w io.Writer, lines int) {
		newLogger(format, w, nil).Warn("gopherframe: the log was not read, and lines were dropped", "lines", lines)
	}
}

// Close writes what is left.
func (l *serveLog) Close() {
	l.stopReopen()
	if l.lines != l.stderr {
		l.lines.Close()
	}
	l.stderr.Close()
}

// say writes a line on stderr: text, or with --log json the message and its attributes.
func (l *serveLog) say(text, message string, attrs ...any) {
	if l.json {
		l.console.Info(message, attrs...)
		return
	}
	fmt.Fprintln(l.stderr, text)
}

// sayListening says that the server listens at an address.
func (l *serveLog) sayListening(transport, address string) {
	l.say(strings.TrimSpace("listening "+transport+" "+address), "listening", "transport", transport, "address", address)
}

// A loggedError is an error that was written to stderr already.
type loggedError struct{ error }

// Unwrap returns the error itself.
func (e loggedError) Unwrap() error { return e.error }

// report returns err. With --log json it writes it first, since main would write text.
func (l *serveLog) report(err error) error {
	if err == nil || !l.json {
		return err
	}
	l.console.Error("gopherframe: " + message(err))
	return loggedError{err}
}

// newLogger returns the logger for a format of --log. With "combined" it writes text:
// only requests have that format. replace is that of slog.HandlerOptions.
func newLogger(format string, w io.Writer, replace func([]string, slog.Attr) slog.Attr) *slog.Logger {
	options := &slog.HandlerOptions{ReplaceAttr: replace}
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, options))
	case "off":
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// flagsForFields writes the flag where a listener's message tells to set a field. It is
// not for requests, since it costs time for each attribute.
func flagsForFields(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.MessageKey {
		return slog.String(a.Key, strings.ReplaceAll(a.Value.String(), "set Public", "set --public"))
	}
	return a
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
