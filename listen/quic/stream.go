package quic

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"

	"github.com/quic-go/quic-go"
)

// A stream is the net.Conn of one exchange.
type stream struct {
	*quic.Stream
	peer     *peer
	asked    atomic.Bool // the request line is complete
	answered atomic.Bool // the answer is whole
	once     sync.Once   // for Close
}

// Asked notes that the request line is complete.
func (s *stream) Asked() {
	if !s.asked.Swap(true) {
		s.peer.enter()
	}
}

// LocalAddr returns the address that the client reached.
func (s *stream) LocalAddr() net.Addr { return s.peer.conn.LocalAddr() }

// RemoteAddr returns the address of the client.
func (s *stream) RemoteAddr() net.Addr { return s.peer.conn.RemoteAddr() }

// ServerName returns the name that the client asked for.
func (s *stream) ServerName() string { return s.peer.conn.ConnectionState().TLS.ServerName }

// ConnectionState returns the state of the TLS handshake of the connection.
func (s *stream) ConnectionState() tls.ConnectionState { return s.peer.conn.ConnectionState().TLS }

// CloseWrite ends the answer. It also tells the client to send no more: over QUIC that
// does not cost it the answer.
func (s *stream) CloseWrite() error {
	s.answered.Store(true)
	err := s.Stream.Close()
	s.CancelRead(codeDone)
	return err
}

// Abort ends an answer that is not whole.
func (s *stream) Abort() {
	s.CancelWrite(codeCut)
	s.CancelRead(codeDone)
}

// Close ends the exchange. If CloseWrite has not been called, the client learns that the
// answer is not whole.
func (s *stream) Close() error {
	s.once.Do(func() {
		if !s.answered.Load() {
			s.CancelWrite(codeCut)
		}
		s.CancelRead(codeDone)
		if s.asked.Load() {
			s.peer.leave()
		}
	})
	return nil
}
