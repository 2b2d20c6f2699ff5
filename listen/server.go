package listen

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"gopherframe"
)

// A server is what all listeners with connections share: it accepts, counts,
// and drains.
type server struct {
	handler gopherframe.Handler
	info    gopherframe.Info // but for what differs between connections
	limits  Limits
	log     *slog.Logger

	tls        *tls.Config // nil: plain connections only
	allowPlain bool        // both

	conns sync.WaitGroup
	ctx   context.Context // of the exchanges; ends when they are cut
	cut   context.CancelFunc

	mu       sync.Mutex
	draining bool
	open     map[*conn]struct{}
	byAddr   map[netip.Addr]int
	waiting  list.List // of *conn whose line is not complete, oldest first
	busy     int       // refused clients that are being told so
	lastLog  map[string]time.Time

	ipv6 sync.Once // to warn of it
}

func newServer(transport string, h gopherframe.Handler, public string, plain bool, limits Limits, log *slog.Logger) (*server, error) {
	if h == nil {
		return nil, errors.New("listen: there is no handler")
	}
	if log == nil {
		log = slog.Default()
	}
	s := &server{
		handler: h,
		limits:  limits.orDefault(),
		log:     log,
		open:    map[*conn]struct{}{},
		byAddr:  map[netip.Addr]int{},
		lastLog: map[string]time.Time{},
	}
	s.info = gopherframe.Info{Transport: transport, MaxLine: s.limits.MaxLine, PlainText: plain, Log: log}
	s.ctx, s.cut = context.WithCancel(context.Background())
	return s, s.setPublic(public)
}

func (s *server) setPublic(public string) error {
	if public == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(public)
	if err == nil && host != "" {
		var n uint64
		if n, err = strconv.ParseUint(port, 10, 16); err == nil && n > 0 {
			s.info.Host, s.info.Port = host, int(n)
			return nil
		}
	}
	return fmt.Errorf("listen: public address %q: write host:port, with the port as a number", public)
}

// serve accepts connections until ctx ends, and then drains.
func (s *server) serve(ctx context.Context, ln net.Listener) error {
	defer s.cut()
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	err := s.accept(ctx, ln)
	ln.Close()
	if cut := s.drain(); err == nil {
		err = cut
	}
	return err
}

// accept starts a goroutine for each connection. Nothing slow happens in here.
func (s *server) accept(ctx context.Context, ln net.Listener) error {
	var pause time.Duration
	for {
		nc, err := ln.Accept()
		switch {
		case err == nil:
			pause = 0
			s.admit(nc)
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("listen: %w", err)
		default:
			// Without descriptors, say. Exiting would end all, and trying again
			// at once would take the processor from those who could free some.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.logSeldom("gopherframe: cannot accept", "error", err.Error(), "pause", pause)
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}

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

// refused notes that a refused client was seen off.
func (s *server) refused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
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

// drain lets exchanges finish within the grace, then cuts them. Clients whose
// line is not there yet have no time left to send it.
func (s *server) drain() error {
	s.mu.Lock()
	s.draining = true
	for e := s.waiting.Front(); e != nil; e = e.Next() {
		e.Value.(*conn).SetReadDeadline(after(lastLines))
	}
	s.mu.Unlock()
	if s.wait(s.limits.Grace) {
		return nil
	}
	s.cut()
	s.mu.Lock()
	n := len(s.open)
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	if !s.wait(cutGrace) {
		s.log.Error("gopherframe: handlers do not notice that their context ended")
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("listen: %d exchanges were cut after %v", n, s.limits.Grace)
}

// wait reports whether all exchanges ended within d.
func (s *server) wait(d time.Duration) bool {
	done := make(chan struct{})
	go func() {
		s.conns.Wait()
		close(done)
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

func (s *server) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// logSeldom logs a warning at most once a second.
func (s *server) logSeldom(message string, args ...any) {
	s.mu.Lock()
	now := time.Now()
	often := now.Sub(s.lastLog[message]) < time.Second
	if !often {
		s.lastLog[message] = now
	}
	s.mu.Unlock()
	if !often {
		s.log.Warn(message, args...)
	}
}

// warnIPv6 warns of menus that many clients cannot follow.
func (s *server) warnIPv6(host string) {
	s.ipv6.Do(func() {
		s.log.Warn("gopherframe: links lead to an IPv6 address, which many clients cannot read; set Public", "host", host)
	})
}
