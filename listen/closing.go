package listen

import (
	"net"
	"time"
)

// linger sends the end of the stream, and then reads on for d at most: closing a
// connection with unread bytes resets it, which can cost the client its answer.
func (c *conn) linger(d time.Duration) {
	c.stopWatching()
	if c.stalled.Load() {
		return
	}
	if c.server.isStopping() {
		d = min(d, shortLinger)
	}
	// If only Close can tell the client that the answer is over, it must come soon.
	if !c.closeWrite() {
		d = min(d, blindLinger)
	}
	c.server.finish(c)
	c.SetReadDeadline(after(d))
	c.budget.Store(c.server.limits.LingerBytes)
	c.discard() // returns at once if the client has closed its side
}

// closeWrite ends the sending side of the connection, and reports whether that was
// possible. With TLS it sends close_notify first. If the answer is not whole it tells
// the client so where there is a way: over QUIC by a reset of the stream, and over TLS
// by leaving out close_notify. Over plain TCP there is none: a reset could cost the
// client the part that it has received.
func (c *conn) closeWrite() bool {
	if aborter, ok := c.Conn.(interface{ Abort() }); ok && c.cut {
		aborter.Abort()
		return true
	}
	if c.secure != nil && !c.cut && c.secure.CloseWrite() != nil {
		return false
	}
	for _, nc := range []net.Conn{c.Conn, innermost(c.Conn)} {
		if half, ok := nc.(interface{ CloseWrite() error }); ok {
			return half.CloseWrite() == nil
		}
	}
	return false
}
