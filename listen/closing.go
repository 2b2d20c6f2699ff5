package listen

import (
	"net"
	"time"
)

// EndAnswer tells the client that its answer is over. Serve calls it before the functions
// given to AfterWrite, so that a client does not wait for a log.
func (c *conn) EndAnswer(whole bool) {
	c.cut = !whole
	c.watched = c.stopWatching()
	if !c.stalled.Load() && !c.halfClosed {
		c.halfClosed = c.closeWrite()
	}
	c.server.finish(c)
	if ended, ok := c.Conn.(interface{ answered() }); ok {
		ended.answered()
	}
}

// linger ends the answer, unless EndAnswer has, and then reads on for d at most: closing a
// connection with unread bytes resets it, which can cost the client its answer.
func (c *conn) linger(d time.Duration) {
	if !c.over {
		c.EndAnswer(!c.cut)
	}
	if c.stalled.Load() || c.canClose() {
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
	c.watcher.budget.Store(c.server.limits.LingerBytes)
	c.discard() // returns at once if the client has closed its side
}

// canClose reports whether the connection can be closed at once, because nobody can lose an
// answer by it: the answer has left, and the client has sent its line and nothing else. An
// answer within oneSegment has always left at once.
func (c *conn) canClose() bool {
	return c.server.limits.Linger == LingerAuto &&
		c.asked && c.tidy && !c.watched && !c.cut && c.halfClosed && c.secure == nil &&
		c.written <= smallAnswer && (c.written <= oneSegment || allLeft(innermost(c.Conn))) && nothingArrived(innermost(c.Conn))
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
