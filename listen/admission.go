package listen

import (
	"net"
	"net/netip"
)

// admit starts the exchange of a new connection if there is room for it.
func (s *server) admit(nc net.Conn) {
	c := newConn(nc, s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) >= s.limits.MaxConns {
		s.evict()
	}
	switch {
	case len(s.open) < s.limits.MaxConns:
		s.open[c] = struct{}{}
		c.waiting = s.waiting.PushBack(c)
		// One deadline for the whole line, never renewed.
		c.SetReadDeadline(after(s.limits.LineTimeout))
		s.conns.Go(c.exchange)
	case s.busy < busyConns:
		s.busy++
		s.conns.Go(func() { c.refuse(true) })
	default:
		s.conns.Go(func() { c.refuse(false) })
	}
}

// claim notes where the client of c is, and reports whether another connection from
// there is welcome. Clients without an address, as on Unix sockets, always are.
func (s *server) claim(c *conn, remote netip.AddrPort) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.remote = remote
	if _, ok := s.open[c]; !ok || !remote.IsValid() {
		return true
	}
	if s.byAddr[remote.Addr()] >= s.limits.MaxConnsPerAddr {
		return false
	}
	s.byAddr[remote.Addr()]++
	c.counted = true
	return true
}

// evict makes room by closing the connection that keeps us waiting longest. The
// caller holds s.mu.
func (s *server) evict() {
	if oldest := s.waiting.Front(); oldest != nil {
		c := oldest.Value.(*conn)
		s.forget(c)
		c.Close()
	}
}

// ready notes that the line of c is complete.
func (s *server) ready(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noLongerWaiting(c)
}

func (s *server) noLongerWaiting(c *conn) {
	if c.waiting != nil {
		s.waiting.Remove(c.waiting)
		c.waiting = nil
	}
}

// release notes that c is closed.
func (s *server) release(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(c)
}

// forget gives the place of c free. The caller holds s.mu.
func (s *server) forget(c *conn) {
	s.noLongerWaiting(c)
	if _, ok := s.open[c]; !ok {
		return // evicted before
	}
	delete(s.open, c)
	if !c.counted {
		return
	}
	if s.byAddr[c.remote.Addr()]--; s.byAddr[c.remote.Addr()] == 0 {
		delete(s.byAddr, c.remote.Addr())
	}
}

// refused notes that a refused client was seen off.
func (s *server) refused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
}
