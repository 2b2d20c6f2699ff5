package middleware

import (
	"context"
	"log/slog"

	"gopherframe"
)

// Logger returns a middleware that logs one line an exchange, after its last byte
// went out: selector, pattern, length of the query in bytes, transport, remote
// address, bytes sent, duration, what others noted by Request.Annotate, and the
// cause of an error. The query itself is private. nil is slog.Default().
//
// Trust: clients choose selectors, so log's handler must quote them, as those of
// log/slog do. Failure: none; what cannot be logged is lost. Order: first, so that
// it sees what the others make of an answer. It logs nothing for a Request that no
// listener made. It allocates twice for each exchange, and more for an error.
func Logger(log *slog.Logger, options ...LogOption) gopherframe.Middleware {
	l := &logger{log: log}
	if log == nil {
		l.log = slog.Default()
	}
	l.write = l.line
	for _, option := range options {
		option(l)
	}
	exchanges := &recorder{over: l.write}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if !q.Served() {
				return next(q)
			}
			return exchanges.record(next, q)
		}
	}
}

// A LogOption changes what a [Logger] writes.
type LogOption func(*logger)

type logger struct {
	log    *slog.Logger
	redact bool
	write  func(*Exchange)
}

// line writes an exchange to the log.
func (l *logger) line(x *Exchange) {
	if !l.log.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	q := x.Request
	var few [10]slog.Attr
	attrs := append(few[:0],
		slog.String("selector", q.Selector),
		slog.String("pattern", q.Pattern()),
		slog.Int("query", len(q.Query)),
		slog.String("transport", q.Transport),
		slog.String("remote", l.remote(q)),
		slog.Int64("bytes", x.Sent.Bytes),
		slog.Duration("duration", x.Duration),
	)
	attrs = append(attrs, q.Annotate()...)
	if err := x.Err(); err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	l.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}

// remote returns the address to be written. Redacted, it has no port, which would
// tell the people of a network from each other.
func (l *logger) remote(q *gopherframe.Request) string {
	switch {
	case !q.Remote.IsValid():
		return ""
	case l.redact:
		return network(q.Remote.Addr()).String()
	}
	return q.Remote.String()
}
