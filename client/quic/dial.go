// Package quic opens connections over QUIC for package client.
package quic

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/quic-go/quic-go"

	"gopherframe/internal/cert"
)

// Dial opens a connection to addr, "host:port", and one stream on it, which is
// returned as a connection: its CloseWrite ends the request, its Close all. A nil
// config is for the roots of the system. ctx is for dialing only.
func Dial(ctx context.Context, addr string, config *tls.Config) (net.Conn, error) {
	if config == nil {
		config = &tls.Config{}
	}
	config = config.Clone()
	config.NextProtos = []string{cert.ALPN}
	conn, err := quic.DialAddr(ctx, addr, config, &quic.Config{
		MaxIncomingStreams:    -1, // servers do not ask
		MaxIncomingUniStreams: -1,
		// An answer may be long in the making, or its reader slow.
		KeepAlivePeriod: 10 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	st, err := conn.OpenStreamSync(ctx)
	if err != nil {
		conn.CloseWithError(0, "")
		return nil, err
	}
	return &stream{st, conn}, nil
}

// A stream is the only one of its connection.
type stream struct {
	*quic.Stream
	conn *quic.Conn
}

// LocalAddr returns our address.
func (s *stream) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// RemoteAddr returns the address of the server.
func (s *stream) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// ConnectionState tells whom we are connected to.
func (s *stream) ConnectionState() tls.ConnectionState { return s.conn.ConnectionState().TLS }

// Write succeeds when the server has stopped reading (STOP_SENDING), as it does over
// TCP: the server may have answered already, and that answer is still to be read.
func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Stream.Write(p)
	if err != nil && s.isStopped() {
		return len(p), nil
	}
	return n, err
}

// CloseWrite ends the request. Like Write it succeeds when the server has stopped
// reading: Stream.Close then fails, with nothing left to close.
func (s *stream) CloseWrite() error {
	if err := s.Stream.Close(); err != nil && !s.isStopped() {
		return err
	}
	return nil
}

// isStopped reports whether the server has stopped reading the request.
func (s *stream) isStopped() bool {
	var stop *quic.StreamError
	return errors.As(context.Cause(s.Context()), &stop) && stop.Remote
}

// Close closes the connection.
func (s *stream) Close() error {
	s.CancelRead(0)
	return s.conn.CloseWithError(0, "")
}
