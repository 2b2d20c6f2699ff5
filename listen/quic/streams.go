package quic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
)

// The codes of closed connections and reset streams.
const (
	codeDone     = 0
	codeStopping = 1
	codeCut      = 2
	codeIdle     = 3
)

var (
	errStopping = errors.New("the server stops")
	errBusy     = errors.New("too many connections")
	errIdle     = errors.New("idle, and others want the place")
)

// streams is a net.Listener for the streams of all connections, so that [listen.Conns]
// can serve them like connections.
type streams struct {
	addr     net.Addr
	maxConns int
	ready    chan *stream
	stopping chan struct{}
	failed   chan error

	ctx  context.Context // for accepting; ends when the server has stopped
	end  context.CancelFunc
	work sync.WaitGroup // all goroutines

	mu      sync.Mutex // guards the fields below, and those of the peers
	stopped time.Time  // when it stopped to accept; zero before
	count   int        // connections, including those in their handshake
	peers   map[*peer]struct{}
}

func newStreams(addr net.Addr, maxConns int) *streams {
	s := &streams{
		addr:     addr,
		maxConns: maxConns,
		ready:    make(chan *stream),
		stopping: make(chan struct{}),
		failed:   make(chan error, 1),
		peers:    map[*peer]struct{}{},
	}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// admit is the ConnContext of a quic.Transport: if it returns an error, the connection
// is refused.
func (s *streams) admit(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.stopped.IsZero():
		return nil, errStopping
	case s.count >= s.maxConns && !s.evict():
		return nil, errBusy
	}
	s.count++
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.count--
	})
	return ctx, nil
}

// evict closes the connection that has idled for longest, if there is one: a client's
// pings keep a connection open that asks for nothing, and such connections must not
// keep others out. The caller holds s.mu.
func (s *streams) evict() bool {
	p := s.idlest()
	if p == nil {
		return false
	}
	p.closing = true
	s.work.Go(func() { p.conn.CloseWithError(codeIdle, errIdle.Error()) })
	return true
}

// arrival is how long after an exchange its connection is not closed for another one:
// closing it would drop what the client has not acknowledged.
const arrival = time.Second

// idlest returns the connection that has been without an exchange for longest, nil if
// all have one. The caller holds s.mu.
func (s *streams) idlest() *peer {
	var idlest *peer
	for p := range s.peers {
		arriving := p.asked && time.Since(p.since) < arrival
		if p.active == 0 && !p.closing && !arriving && (idlest == nil || p.since.Before(idlest.since)) {
			idlest = p
		}
	}
	return idlest
}

// accept accepts connections until the server has stopped or the socket fails.
func (s *streams) accept(ln acceptor) {
	for {
		conn, err := ln.Accept(s.ctx)
		if err != nil {
			s.failed <- fmt.Errorf("%w: %w", net.ErrClosed, err)
			return
		}
		p := &peer{conn: conn, streams: s, since: time.Now()}
		s.mu.Lock()
		if s.stopped.IsZero() {
			s.peers[p] = struct{}{}
			s.work.Go(p.accept)
			conn = nil
		}
		s.mu.Unlock()
		if conn != nil {
			conn.CloseWithError(codeStopping, errStopping.Error())
		}
	}
}

// Accept returns the next stream that a client opens.
func (s *streams) Accept() (net.Conn, error) {
	select {
	case st := <-s.ready:
		return st, nil
	case err := <-s.failed:
		return nil, err
	case <-s.stopping:
		return nil, net.ErrClosed
	}
}

// Close refuses streams and connections from now on.
func (s *streams) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped.IsZero() {
		s.stopped = time.Now()
		close(s.stopping)
	}
	return nil
}

// Addr returns the address of the socket.
func (s *streams) Addr() net.Addr { return s.addr }

// drain closes the connections, whose exchanges are over, and returns when all
// goroutines have ended. It gives the last answers until grace after Close to arrive,
// and at least linger from now.
func (s *streams) drain(grace, linger time.Duration) {
	s.Close() // if the listener failed
	s.mu.Lock()
	latest := time.Now().Add(max(linger, grace-time.Since(s.stopped)))
	var closing sync.WaitGroup
	for p := range s.peers {
		closing.Go(func() { p.close(latest) })
	}
	s.mu.Unlock()
	closing.Wait()
	s.end()
	s.work.Wait()
}
