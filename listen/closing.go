package listen

import (
	"net"
	"time"
)

// EndAnswer tells the client that its answer is over. Serve calls it before the functions
// given to AfterWrite, so that a client does not wait for a log.
func (c *conn) EndAnswer(whole bool) {
	c.cut = !whole
	c.stopWatching()
	if !c.stalled.Load() {
		c.halfClosed = c.closeWrite()
	}
	c.ended = true
	c.server.finish(c)
}

// linger ends the answer, unless EndAnswer has, and then reads on for d at most: closing a
// connection with unread bytes resets it, which can cost the client its answer.
func (c *conn) linger(d time.Duration) {
	if !c.ended {
		c.EndAnswer(!c.cut)
	}
	if c.stalled.Load() {
		return
	}
	if c.server.isStopping() {
		d = min(d, shortLinger)
	}
	// If only Close can tell the client that the answer is over, it must come soon.
	if !c.halfClosed {
		d = min(d, blindLinger)
	}
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
