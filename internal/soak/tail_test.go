//go:build soak && unix

package soak_test

import (
	"context"
	"io"
	"time"

	"gopherframe"
	"gopherframe/middleware"
)

// addTail adds a route to a stream that does not end by itself, for few clients at a time.
func addTail(r *gopherframe.Router) {
	r.With(middleware.Throttle(50, 0, 0)).Handle("tail", func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: tail}
	})
}

// tail follows a log in which nothing happens.
func tail(ctx context.Context, w io.Writer) error {
	if _, err := io.WriteString(w, "the log\n"); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Hour):
		return nil
	}
}
