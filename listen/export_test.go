package listen

import "context"

// WithRoom returns a context for listeners that share a room for so many connections, as
// those of one Run do.
func WithRoom(ctx context.Context, connections int) context.Context {
	return context.WithValue(ctx, roomKey{}, &room{max: connections})
}
