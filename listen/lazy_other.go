//go:build !linux

package listen

import (
	"context"
	"net"
)

// listenTCP binds a socket.
func listenTCP(ctx context.Context, addr string, _ int) (net.Listener, error) {
	return new(net.ListenConfig).Listen(ctx, "tcp", addr)
}

// lazily returns ln: connections that do without the poller are for Linux.
func lazily(ln net.Listener, _ int) net.Listener { return ln }

// acceptInline is accept: the other way is for Linux.
func (s *server) acceptInline(ctx context.Context, ln net.Listener) error { return s.accept(ctx, ln) }
