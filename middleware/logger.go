package middleware

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gopherframe"
)

// Logger returns a middleware that logs one line an exchange, after its last byte
// went out: selector, pattern, length of the query in bytes, transport, remote
// address, bytes sent, duration, what others noted by Request.Annotate, and the
// cause of an error. The query itself is private. nil is slog.Default().
//
// Clients choose selectors, so log's handler must quote them, as those of log/slog
// do. Logger comes first, so that it sees what the others make of an answer. It
// logs nothing for a Request that no listener made.
func Logger(log *slog.Logger) gopherframe.Middleware {
	if log == nil {
		log = slog.Default()
	}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			start := time.Now()
			var resp gopherframe.Response
			// Before next, which may panic.
			q.AfterWrite(func(sent gopherframe.Sent) {
				attrs := []slog.Attr{
					slog.String("selector", q.Selector),
					slog.String("pattern", q.Pattern()),
					slog.Int("query", len(q.Query)),
					slog.String("transport", q.Transport),
					slog.String("remote", remote(q)),
					slog.Int64("bytes", sent.Bytes),
					slog.Duration("duration", time.Since(start)),
				}
				attrs = append(attrs, q.Notes()...)
				if err := cause(resp, sent); err != nil {
					attrs = append(attrs, slog.String("error", err.Error()))
				}
				log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
			})
			resp = next(q)
			return resp
		}
	}
}

func remote(q *gopherframe.Request) string {
	if !q.Remote.IsValid() {
		return ""
	}
	return q.Remote.String()
}

var errNoResponse = errors.New("panic, or no response")

// cause returns what went wrong, nil if nothing did.
func cause(resp gopherframe.Response, sent gopherframe.Sent) error {
	if err := gopherframe.ErrorOf(resp); err != nil {
		return err
	}
	if resp == nil && sent.Err == nil {
		return errNoResponse
	}
	return sent.Err
}
