package webtest

import (
	"context"
	"io"

	"gopherframe"
)

// inPieces returns a handler that streams a text in pieces of at most size bytes.
func inPieces(text string, size int) gopherframe.Handler {
	size = max(1, size)
	return func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(_ context.Context, w io.Writer) error {
			for rest := text; rest != ""; {
				n := min(size, len(rest))
				if _, err := io.WriteString(w, rest[:n]); err != nil {
					return err
				}
				rest = rest[n:]
			}
			return nil
		}}
	}
}
