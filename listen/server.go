package listen

import (
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

// A server is the part that all listeners share: it accepts connections, counts and
// limits them, and drains.
type server struct {
	handler gopherframe.Handler
	info    gopherframe.Info // of every connection; conn.info adds what differs
	limits  Limits
	log     *slog.Logger

	tls        *tls.Config // nil: plain connections only
	allowPlain bool        // plain connections as well as TLS

	speak func(Speech) // nil: Gopher
	busy  string       // see Conns

	conns    sync.WaitGroup
	ctx      context.Context // parent of the exchanges' contexts; ends when they are cut
	cut      context.CancelFunc
	stopping chan struct{} // closed when the server begins to stop

	table   *connTable // shared with the other listeners of a Run; its lock guards the next three
	open    map[*conn]struct{}
	byAddr  map[netip.Addr]int
	lastLog map[string]time.Time // by message

	accepting func(ctx context.Context, ln net.Listener) error // accept, or another way to do it
	ready     func(net.Addr)                                   // called when the socket is bound; may be nil
	ipv6      sync.Once                                        // for the warning
	queued    func(net.Conn) (bytes int64, ok bool)            // queuedBytes, but in tests
}

// newServer returns a server whose exchanges have the values of ctx in their contexts.
func newServer(ctx context.Context, transport string, h gopherframe.Handler, public string, plain bool, limits Limits, log *slog.Logger) (*server, error) {
	if h == nil {
		return nil, errors.New("listen: there is no handler")
	}
	if log == nil {
		log = slog.Default()
	}
	s := &server{
		handler:  h,
		limits:   limits.WithDefaults(),
		log:      log,
		table:    connTableOf(ctx, limits.MaxConns),
		open:     map[*conn]struct{}{},
		byAddr:   map[netip.Addr]int{},
		lastLog:  map[string]time.Time{},
		queued:   queuedBytes,
		stopping: make(chan struct{}),
	}
	s.accepting = s.accept
	s.info = gopherframe.Info{Transport: transport, MaxLine: s.limits.MaxLine, PlainText: plain, Log: log}
	s.ctx, s.cut = context.WithCancel(context.WithValue(context.WithoutCancel(ctx), stoppingKey{}, s.stopping))
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
	s.announce(ln.Addr())
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	err := s.accepting(ctx, ln)
	ln.Close()
	if cut := s.drain(); err == nil {
		err = cut
	}
	return err
}

// announce tells the app, or else the log, where the server listens.
func (s *server) announce(addr net.Addr) {
	if s.ready != nil {
		s.ready(addr)
		return
	}
	s.log.Info("gopherframe: listening", "transport", s.info.Transport, "address", addr.String())
}

// accept starts a goroutine for each connection, until ctx ends or ln is closed.
// Nothing slow may happen in it: it would hold up all new connections.
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
			pause = s.acceptFailed(err, pause)
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}

// acceptFailed logs a failure to accept, such as "too many open files", and returns how long to
// wait before the next try: twice pause, the wait before this failure (0: none), from 5 ms
// to 1 s. Returning would end the exchanges, and
// trying again at once would take processor time from those that are about to free a
// descriptor.
func (s *server) acceptFailed(err error, pause time.Duration) time.Duration {
	pause = min(max(2*pause, 5*time.Millisecond), time.Second)
	s.logSeldom("gopherframe: cannot accept", "error", err.Error(), "pause", pause)
	return pause
}

// logSeldom logs a warning at most once a second.
func (s *server) logSeldom(message string, args ...any) {
	s.table.Lock()
	now := time.Now()
	often := now.Sub(s.lastLog[message]) < time.Second
	if !often {
		s.lastLog[message] = now
	}
	s.table.Unlock()
	if !often {
		s.log.Warn(message, args...)
	}
}

// warnIPv6 warns once that the links in menus have an IPv6 address as their host.
func (s *server) warnIPv6(host string) {
	s.ipv6.Do(func() {
		s.log.Warn("gopherframe: links lead to an IPv6 address, which many clients cannot read; set Public", "host", host)
	})
}
