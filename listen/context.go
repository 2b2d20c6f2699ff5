package listen

import "context"

// stoppingKey is the key of the channel that Stopping returns.
type stoppingKey struct{}

// Stopping returns a channel that is closed when the server that makes this exchange
// begins to stop. Exchanges may go on for Limits.Grace then, and those that are not over
// by that time are cut. A [gopherframe.Stream] that has no end of its own, because it
// follows a log for instance, should end at once:
//
//	case <-listen.Stopping(ctx):
//		return nil
//
// ctx is the context of a request. For one that is not from a listener of this module
// the channel is nil, which blocks for ever.
func Stopping(ctx context.Context) <-chan struct{} {
	stopping, _ := ctx.Value(stoppingKey{}).(chan struct{})
	return stopping
}
