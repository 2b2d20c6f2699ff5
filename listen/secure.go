package listen

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
)

// tlsHandshake is the first byte of all TLS connections: RFC 8446 section 5.1, and
// of no request that a client would make.
const tlsHandshake = 0x16

var errPlain = errors.New("no TLS handshake, but plain text")

// open finds out what the connection speaks, and shakes hands if that is TLS.
func (c *conn) open(ctx context.Context) error {
	if c.server.tls == nil {
		return nil
	}
	var first [1]byte
	_, err := io.ReadFull(c.Conn, first[:])
	switch {
	case err == nil && first[0] == tlsHandshake:
		c.first = first[:]
		return c.handshake(ctx)
	case err == nil && !c.server.allowPlain:
		return errPlain
	case err == nil:
		c.first = first[:]
		return nil
	case c.server.allowPlain:
		return nil // Serve sees the same error, and says what is to be said
	}
	return err
}

// beginsPlain reports whether a client that is not waited for long speaks no TLS.
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
	c.secure, c.stream = secure, secure
	return nil
}

// Read reads what was read before to find out what the connection speaks, and then
// on.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.first) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.first)
	c.first = c.first[n:]
	return n, nil
}
