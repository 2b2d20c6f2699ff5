package listen

import "net"

// admit starts the goroutine of a new connection.
func (s *server) admit(nc net.Conn) {
	c, refuse := s.enter(nc)
	if refuse != nil {
		s.conns.Go(refuse)
	} else {
		s.conns.Go(c.exchange)
	}
}

// enter counts a new connection if there is room for it, and otherwise returns a function
// that refuses it.
func (s *server) enter(nc net.Conn) (entered *conn, refuse func()) {
	c := newConn(nc, s)
	s.table.Lock()
	defer s.table.Unlock()
	if len(s.open) >= s.limits.MaxConns {
		s.table.evict(s)
	}
	if s.table.open >= s.table.max {
		s.table.evict(nil)
	}
	switch {
	case len(s.open) < s.limits.MaxConns && s.table.open < s.table.max:
		s.open[c] = struct{}{}
		s.table.open++
		c.waiting = s.table.waiting.PushBack(c)
		// One deadline for the whole line: bytes that arrive do not extend it.
		c.SetReadDeadline(after(s.limits.LineTimeout))
		return c, nil
	case s.table.busy < s.table.maxBusy():
		s.table.busy++
		return nil, func() { c.refuse(true) }
	default:
		return nil, func() { c.refuse(false) }
	}
}

// claim stores the address of the client of c, and reports whether one more connection
// from there is allowed. It always is for clients without an IP address, such as those
// of a Unix socket. It may take a Read: the PROXY protocol sends the address in front of
// the request.
func (s *server) claim(c *conn) bool {
	remote := addrPort(c.Conn.RemoteAddr())
	s.table.Lock()
	defer s.table.Unlock()
	c.remote = remote
	if _, ok := s.open[c]; ok && remote.IsValid() {
		if s.byAddr[remote.Addr()] >= s.limits.MaxConnsPerAddr {
			return false
		}
		s.byAddr[remote.Addr()]++
		c.counted = true
	}
	c.claimed = true
	return true
}

// asked notes that the request line of c is complete.
func (s *server) asked(c *conn) {
	s.table.Lock()
	defer s.table.Unlock()
	s.noLongerWaiting(c)
}

// finish notes that the answer of c is over: the client has all that it will get.
func (s *server) finish(c *conn) {
	s.table.Lock()
	defer s.table.Unlock()
	c.over = true
}

func (s *server) noLongerWaiting(c *conn) {
	if c.waiting != nil {
		s.table.waiting.Remove(c.waiting)
		c.waiting = nil
	}
}

// release notes that c is closed.
func (s *server) release(c *conn) {
	s.table.Lock()
	defer s.table.Unlock()
	s.forget(c)
}

// forget removes c from all counts. The caller holds the lock of s.table.
func (s *server) forget(c *conn) {
	s.noLongerWaiting(c)
	if _, ok := s.open[c]; !ok {
		return // evicted before
	}
	delete(s.open, c)
	s.table.open--
	if !c.counted {
		return
	}
	if s.byAddr[c.remote.Addr()]--; s.byAddr[c.remote.Addr()] == 0 {
		delete(s.byAddr, c.remote.Addr())
	}
}

// refused notes that the lingering close of a refused client is over.
func (s *server) refused() {
	s.table.Lock()
	defer s.table.Unlock()
	s.table.busy--
}
