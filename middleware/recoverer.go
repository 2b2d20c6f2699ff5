package middleware

import (
	"fmt"
	"runtime/debug"

	"gopherframe"
)

// Recoverer turns a panic of what is inside of it into "Internal server error."
// and one log entry with the stack.
//
// Listeners survive panics without it. What it adds is that the middleware
// outside of it gets an answer to look at and goes on: a Logger writes its line
// with the cause, a counter counts. It comes inside of those, and outside of all
// that may panic. It does not cover goroutines that a handler starts, nor the
// Write of a Stream, which runs later.
func Recoverer(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) (resp gopherframe.Response) {
		defer func() {
			if v := recover(); v != nil {
				q.Log().Error("gopherframe: panic", "pattern", q.Pattern(), "remote", remote(q),
					"panic", fmt.Sprint(v), "stack", string(debug.Stack()))
				resp = gopherframe.Fail(fmt.Errorf("panic: %v", v))
			}
		}()
		return next(q)
	}
}
