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
)

var (
	errStopping = errors.New("the server stops")
	errBusy     = errors.New("too many connections")
)

// streams is a net.Listener of the streams of all connections, so that they are
// served as connections of TCP are.
type streams struct {
	addr     net.Addr
	maxConns int
	ready    chan *stream
	stopping chan struct{}
	failed   chan error

	ctx  context.Context // for accepting; ends when all is over
	end  context.CancelFunc
	work sync.WaitGroup // goroutines that accept

	mu      sync.Mutex
	stopped bool
	count   int // connections, those in their handshake included
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

// admit is a quic.Transport's ConnContext: an error refuses the connection.
func (s *streams) admit(ctx context.Context, _ *quic.ClientInfo) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopped:
		return nil, errStopping
	case s.count >= s.maxConns:
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

// accept takes connections until all is over.
func (s *streams) accept(ln acceptor) {
	for {
		conn, err := ln.Accept(s.ctx)
		if err != nil {
			s.failed <- fmt.Errorf("%w: %w", net.ErrClosed, err)
			return
		}
		p := &peer{conn: conn, streams: s}
		s.mu.Lock()
		if s.stopped {
			s.mu.Unlock()
			conn.CloseWithError(codeStopping, errStopping.Error())
			continue
		}
		s.peers[p] = struct{}{}
		s.work.Go(p.accept)
		s.mu.Unlock()
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

// Close turns away all that comes from now on.
func (s *streams) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.stopped = true
		close(s.stopping)
	}
	return nil
}

// Addr returns the address of the socket.
func (s *streams) Addr() net.Addr { return s.addr }

// drain closes the connections, on which nothing is under way any more. Closing one
// drops what its client has not acknowledged, and QUIC does not tell when it has. So
// a client whose answer ended less than linger ago has the time to close itself.
func (s *streams) drain(linger time.Duration) {
	s.mu.Lock()
	var closing sync.WaitGroup
	for p := range s.peers {
		closing.Go(func() { p.close(linger) })
	}
	s.mu.Unlock()
	closing.Wait()
	s.end()
	s.work.Wait()
}

// A peer is the connection of a client.
type peer struct {
	conn    *quic.Conn
	streams *streams

	mu    sync.Mutex
	ended time.Time // of the last exchange
}

// accept takes streams until the connection ends.
func (p *peer) accept() {
	s := p.streams
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.peers, p)
	}()
	for {
		st, err := p.conn.AcceptStream(s.ctx)
		if err != nil {
			return
		}
		select {
		case s.ready <- &stream{Stream: st, peer: p}:
		case <-s.stopping:
			st.CancelWrite(codeStopping)
			st.CancelRead(codeStopping)
		}
	}
}

func (p *peer) close(linger time.Duration) {
	p.mu.Lock()
	left := time.Until(p.ended.Add(linger))
	p.mu.Unlock()
	if left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-p.conn.Context().Done():
		case <-timer.C:
		}
	}
	p.conn.CloseWithError(codeStopping, errStopping.Error())
}
