package listen

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"

	"gopherframe/internal/framing"
)

// tlsHandshake is the first byte of every TLS connection (RFC 8446 section 5.1). No
// Gopher request begins with it.
const tlsHandshake = 0x16

var errPlain = errors.New("no TLS handshake, but plain text")

// open makes the TLS handshake on a listener for TLS. The first byte of the connection
// tells whether the client begins one; a plain client is an error unless the listener
// allows it.
func (c *conn) open() error {
	if c.server.tls == nil {
		return nil
	}
	var first [1]byte
	_, err := io.ReadFull(c.Conn, first[:])
	switch {
	case err == nil && first[0] == tlsHandshake:
		c.first = first[:]
		return c.handshake(c.server.ctx)
	case err == nil && !c.server.allowPlain:
		return errPlain
	case err == nil:
		c.first = first[:]
		return nil
	case c.server.allowPlain:
		return nil // Serve meets the same error, and answers as for any plain client
	}
	return err
}

// beginsPlain waits shortly for the first byte of the connection, and reports whether
// it came and does not begin a TLS handshake.
func (c *conn) beginsPlain() bool {
	var first [1]byte
	c.SetReadDeadline(after(shortLinger))
	_, err := io.ReadFull(c.Conn, first[:])
	return err == nil && first[0] != tlsHandshake
}

func (c *conn) handshake(ctx context.Context) error {
	if limit := c.server.limits.HandshakeTimeout; limit != noTime {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, fmt.Errorf("no TLS handshake within %v", limit))
		defer cancel()
	}
	secure := tls.Server(c, c.server.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return err
	}
	c.secure, c.stream = secure, secureStream{secure, c}
	return nil
}

// Read returns the byte that open has read, if any, before it reads from the connection.
func (c *conn) Read(p []byte) (n int, err error) {
	switch {
	case len(c.first) > 0:
		n = copy(p, c.first)
		c.first = c.first[n:]
	case c.firstErr != nil:
		err, c.firstErr = c.firstErr, nil
	default:
		n, err = c.Conn.Read(p)
	}
	if !c.asked {
		c.tidy = framing.EndsLine(p[:n])
	}
	return n, err
}

// A secureStream is a stream of TLS whose conn ends the answer.
type secureStream struct {
	*tls.Conn
	conn *conn
}

// EndAnswer is that of the conn.
func (s secureStream) EndAnswer(whole bool) { s.conn.EndAnswer(whole) }
