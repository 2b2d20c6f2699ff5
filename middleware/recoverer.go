package middleware

import (
	"fmt"
	"log/slog"

	"gopherframe"
	"gopherframe/internal/panics"
)

// Recoverer turns a panic of what is inside of it into "Internal server error."
// and one log entry with the stack. It lets [gopherframe.Abort] pass, which ends
// the exchange without an answer.
//
// [gopherframe.Serve] isolates panics by itself: the exchange survives without
// Recoverer, but the panic tears through all middleware on its way. What Recoverer
// adds is that the middleware outside of it gets an answer to look at and goes on: a
// Logger writes its line with the cause, a counter counts. And it works where there
// is no Serve, as in tests. It comes inside of those, and outside of all that may
// panic. It does not cover goroutines that a handler starts, nor the Write of a
// Stream, which runs later; Serve covers the latter.
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

// logPanic logs a panic with v and its stack. It must be called by the deferred
// function that recovered v, unless that carried it.
func logPanic(log *slog.Logger, v any) {
	log.Error("gopherframe: panic", "panic", fmt.Sprint(v), "stack", panics.Stack(v))
}
