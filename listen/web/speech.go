package web

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"

	"gopherframe/listen"
)

// A speech is a connection on its way to the server.
type speech struct {
	listen.Speech
	http2 bool
	over  chan struct{}      // closed when the server has closed the connection
	end   context.CancelFunc // ends the contexts of its requests; nil before the server has it

	mu    sync.Mutex // guards the fields below
	busy  bool       // there is a request of HTTP/1
	timer *time.Timer
}

func newSpeech(s listen.Speech) *speech {
	conn := &speech{Speech: s, over: make(chan struct{})}
	if secure, ok := s.Conn.(*tls.Conn); ok {
		conn.http2 = secure.ConnectionState().NegotiatedProtocol == "h2"
	}
	return conn
}

// hangUpEvery is how often a connection is asked whether its client has gone while a request
// is answered. net/http notices that by itself, unless it has read a byte behind the request:
// then it reads no more, and a client that has gone would keep its place as long as the
// handler waits.
const hangUpEvery = time.Second

// begin notes that a request of HTTP/1 is answered from now on.
func (s *speech) begin() {
	s.Waiting(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = true
	if s.timer == nil {
		s.timer = time.AfterFunc(hangUpEvery, s.look)
	} else {
		s.timer.Reset(hangUpEvery)
	}
}

// answered notes that the answer is over.
func (s *speech) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	s.timer.Stop()
}

// look ends the request of a client that has gone.
func (s *speech) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.busy:
	case s.HungUp():
		s.end()
	default:
		s.timer.Reset(hangUpEvery)
	}
}

// connContext returns the context of a connection of the server.
func (b *bridge) connContext(ctx context.Context, nc net.Conn) context.Context {
	conn := b.of(nc)
	if conn == nil {
		return ctx
	}
	ctx, conn.end = context.WithCancel(ctx)
	return connContext{ctx, conn}
}

// speechKey is the key of the speech of a request.
type speechKey struct{}

// A connContext is the context of a connection of the server, with the values of the
// connection of the listener.
type connContext struct {
	context.Context
	conn *speech
}

// Value returns what the connection is known by.
func (c connContext) Value(key any) any {
	switch key.(type) {
	case speechKey:
		return c.conn
	case infoKey:
		return c.conn.Info
	}
	if v := c.Context.Value(key); v != nil {
		return v
	}
	return c.conn.Context.Value(key)
}
