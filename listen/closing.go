package listen

import (
	"net"
	"time"
)

// linger says that the answer is over and reads on for a while, since closing
// with bytes unread would reset the connection and could cost the client the
// answer.
func (c *conn) linger(d time.Duration) {
	if c.stalled.Load() {
		return
	}
	if c.server.isDraining() {
		d = min(d, shortLinger)
	}
	// Where the end cannot be told but by closing, the client waits for that.
	if !c.closeWrite() {
		d = min(d, blindLinger)
	}
	c.SetReadDeadline(after(d))
	c.budget.Store(c.server.limits.LingerBytes)
	if c.watched != nil {
		<-c.watched
	}
	c.discard() // returns at once if the watcher came to an end
}

// closeWrite sends the end of the stream, of TLS as well as of the connection, if
// that can be done. Where there is a way to do so it tells the client that the answer
// is not whole: over TLS by an end of the connection without one of TLS. Over TCP there
// is none, since clients lose what they have of an answer by a reset.
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
