package middleware

import (
	"fmt"
	"log/slog"

	"gopherframe"
	"gopherframe/internal/panics"
)

// Recoverer turns a panic of the handler or of middleware inside it into "Internal server
// error." and a log entry with the stack. [gopherframe.Abort], which ends the exchange
// without an answer, passes.
//
// [gopherframe.Serve] recovers panics, too, but then no middleware has seen an answer.
// Middleware outside Recoverer gets one: Logger, for example, logs the cause of the error.
// Recoverer also works without Serve, as in tests. It belongs inside such middleware and
// outside everything that may panic. It does not cover goroutines that a handler starts,
// nor the Write of a Stream, which is called later; Serve recovers panics of Write.
func Recoverer(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) (resp gopherframe.Response) {
		defer func() {
			v := recover()
			if v == gopherframe.Abort {
				panic(v)
			}
			if v != nil {
				logPanic(logOf(q), v)
				resp = gopherframe.Fail(fmt.Errorf("panic: %v", v))
			}
		}()
		return next(q)
	}
}

// logOf returns the logger of q's listener, with the pattern, if one matched, and the
// client's address as attributes.
func logOf(q *gopherframe.Request) *slog.Logger {
	log := q.Log()
	if pattern := q.Pattern(); pattern != "" {
		log = log.With("pattern", pattern)
	}
	return log.With("remote", q.Remote)
}

// logPanic logs a panic with v and its stack. The deferred function that recovered v must
// call it, unless v comes from panics.Carry.
func logPanic(log *slog.Logger, v any) {
	log.Error("gopherframe: panic", "panic", fmt.Sprint(v), "stack", panics.Stack(v))
}
