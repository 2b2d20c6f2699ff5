// Package quic opens connections over QUIC for package client.
package quic

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/quic-go/quic-go"

	"gopherframe/internal/cert"
)

// Dial connects to addr, "host:port", opens one stream on the connection, and returns the
// stream. CloseWrite of it ends the request, and Close closes the connection. config is
// copied; nil means that the system's authorities are trusted. ctx bounds dialing, not the
// connection. Errors say in plain words what happened, and wrap those of quic-go.
func Dial(ctx context.Context, addr string, config *tls.Config) (net.Conn, error) {
	if config == nil {
		config = &tls.Config{}
	}
	config = config.Clone()
	config.NextProtos = []string{cert.ALPN}
	conn, err := quic.DialAddr(ctx, addr, config, &quic.Config{
		MaxIncomingStreams:    -1, // none: only clients open streams
		MaxIncomingUniStreams: -1,
		// Without it, quic-go would close the connection after 30 s if the server takes
		// longer to make the answer, or if nobody reads.
		KeepAlivePeriod: 10 * time.Second,
	})
	var idle *quic.IdleTimeoutError // of a handshake without one packet from the server
	if errors.As(err, &idle) {
		return nil, &plainError{fmt.Sprintf("no answer over QUIC from %s (UDP): perhaps no server is there, or a firewall keeps UDP out", addr), err}
	}
	if err != nil {
		return nil, plain(err)
	}
	st, err := conn.OpenStreamSync(ctx)
	if err != nil {
		conn.CloseWithError(0, "")
		return nil, plain(err)
	}
	return &stream{st, conn}, nil
}

// A stream is a net.Conn made of the only stream of a connection.
type stream struct {
	*quic.Stream
	conn *quic.Conn
}

// LocalAddr returns the address of the client.
func (s *stream) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// RemoteAddr returns the address of the server.
func (s *stream) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// ConnectionState returns the state of TLS, with the certificate of the server.
func (s *stream) ConnectionState() tls.ConnectionState { return s.conn.ConnectionState().TLS }

// Read reads the answer.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Stream.Read(p)
	if err != nil && err != io.EOF {
		err = plain(err)
	}
	return n, err
}

// Write succeeds when the server has stopped reading (STOP_SENDING), as it does over
// TCP: the server may have answered already, and that answer is still to be read.
func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Stream.Write(p)
	if err != nil && s.isStopped() {
		return len(p), nil
	}
	if err != nil {
		err = plain(err)
	}
	return n, err
}

// CloseWrite ends the request. Like Write it succeeds when the server has stopped
// reading: Stream.Close then fails, with nothing left to close.
func (s *stream) CloseWrite() error {
	if err := s.Stream.Close(); err != nil && !s.isStopped() {
		return plain(err)
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
