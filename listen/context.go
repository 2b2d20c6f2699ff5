package listen

import (
	"context"
	"crypto/tls"
)

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

// connStateKey is the key of the connection that ConnState asks.
type connStateKey struct{}

// A stater is a connection that knows the state of its TLS or QUIC handshake.
type stater interface{ ConnectionState() tls.ConnectionState }

// ConnState returns the state of the TLS or QUIC connection on which a request came, for
// its version or the client's certificates for instance. Set ClientAuth in the listener's
// Config to ask clients for certificates. ctx is the context of the request. ConnState
// returns false if that has no such connection.
func ConnState(ctx context.Context) (tls.ConnectionState, bool) {
	if c, ok := ctx.Value(connStateKey{}).(stater); ok {
		return c.ConnectionState(), true
	}
	return tls.ConnectionState{}, false
}

// withConnState returns ctx with what ConnState needs. The TLS handshake is done.
func (c *conn) withConnState(ctx context.Context) context.Context {
	if c.secure != nil {
		return context.WithValue(ctx, connStateKey{}, stater(c.secure))
	}
	if s, ok := c.Conn.(stater); ok {
		return context.WithValue(ctx, connStateKey{}, s)
	}
	return ctx
}
