package listen

import (
	"context"
	"net"
)

// speak has the transport make the exchanges of c.
func (c *conn) speak(ctx context.Context) {
	s := Speech{Conn: spoken{c}, Context: ctx, Info: c.info(), Waiting: c.setWaiting, HungUp: func() bool { return isHungUp(innermost(c.Conn)) }}
	if c.secure != nil {
		s.Conn = c.secure
	}
	c.server.speak(s)
}

// setWaiting notes whether the client is asking for something. A client that has been
// answered while the server stops has lastLines to ask again, or to read that it should not.
func (c *conn) setWaiting(waiting bool) {
	s := c.server
	s.table.Lock()
	defer s.table.Unlock()
	if _, open := s.open[c]; !open || waiting == (c.waiting != nil) {
		return
	}
	if !waiting {
		s.noLongerWaiting(c)
		return
	}
	c.waiting = s.table.waiting.PushBack(c)
	if s.isStopping() {
		c.SetReadDeadline(after(lastLines))
	}
}

// A spoken connection is a conn without what only Gopher has.
type spoken struct{ *conn }

// CloseWrite ends the sending side of the connection.
func (s spoken) CloseWrite() error {
	if half, ok := innermost(s.conn.Conn).(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// NetConn returns the connection below.
func (s spoken) NetConn() net.Conn { return s.conn.Conn }
