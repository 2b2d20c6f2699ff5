package middleware

import (
	"context"
	"log/slog"

	"gopherframe"
)

// Logger returns a middleware that logs each exchange, after its last byte was written, to
// log, or to slog.Default() if that is nil. An entry has the selector, the pattern if a
// route matched, the length of the query in bytes, the transport, the address of the
// client, the bytes sent, the duration, the [Outcome], the notes of Request.Annotate, and
// the cause of an error. The query is left out because it is private.
//
// The level is slog.LevelError for [OutcomeFailed], slog.LevelWarn for [OutcomeBusy],
// [OutcomeTimedOut] and [OutcomeCut], and slog.LevelInfo for all others, which clients
// cause at will.
//
// Clients choose the selector, so the slog.Handler of log must quote it, as those of
// log/slog do. Logger belongs outside everything else, so that it sees the answer that all
// others leave. A Request that no listener made is not logged: see Request.Served. Logger
// allocates twice for each exchange, and more for an error.
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

// levels has the level of an exchange by its outcome; all others are slog.LevelInfo.
var levels = map[Outcome]slog.Level{
	OutcomeBusy:     slog.LevelWarn,
	OutcomeTimedOut: slog.LevelWarn,
	OutcomeCut:      slog.LevelWarn,
	OutcomeFailed:   slog.LevelError,
}

// line writes an exchange to the log.
func (l *logger) line(x *Exchange) {
	outcome := x.Outcome()
	if !l.log.Enabled(context.Background(), levels[outcome]) {
		return
	}
	q := x.Request
	var buf [11]slog.Attr
	attrs := append(buf[:0], slog.String("selector", q.Selector))
	if pattern := q.Pattern(); pattern != "" {
		attrs = append(attrs, slog.String("pattern", pattern))
	}
	attrs = append(attrs,
		slog.Int("query", len(q.Query)),
		slog.String("transport", q.Transport),
		slog.String("remote", l.remote(q)),
		slog.Int64("bytes", x.Sent.Bytes),
		slog.Duration("duration", x.Duration),
		slog.String("outcome", string(outcome)),
	)
	attrs = append(attrs, q.Annotate()...)
	if err := x.Err(); err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	l.log.LogAttrs(context.Background(), levels[outcome], "request", attrs...)
}

// remote returns the address to be logged. A redacted one has no port, because ports tell
// the people of one network apart.
func (l *logger) remote(q *gopherframe.Request) string {
	switch {
	case !q.Remote.IsValid():
		return ""
	case l.redact:
		return network(q.Remote.Addr()).String()
	}
	return q.Remote.String()
}
