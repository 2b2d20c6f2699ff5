package listen

import "context"

// WithConnTable returns a context for listeners that share a connTable for so many connections, as
// those of one Run do.
func WithConnTable(ctx context.Context, connections int) context.Context {
	return context.WithValue(ctx, connTableKey{}, &connTable{max: connections})
}
