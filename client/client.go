// Package client fetches pages and files from Gopher servers, over TCP, TLS and QUIC.
package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"gopherframe/client/quic"
	"gopherframe/internal/cert"
)

// A Client has the settings of Get. The zero Client is ready for use. A Client is safe for
// concurrent use as long as no field is changed.
type Client struct {
	// TLS is the configuration for gophers:// and gopher+quic://, which is copied. Nil
	// means that the certificate of a server has to be signed by an authority that the
	// system trusts, and that the client shows none.
	TLS *tls.Config
	// Pins are certificates to trust besides, those of new servers included. Nil means
	// none.
	Pins *Pins
	// IdleTimeout is how long connecting, sending the request, or the next byte of the
	// answer may take. It bounds no answer as a whole: the context of Get does. 0 means
	// 60 s, negative no limit.
	IdleTimeout time.Duration
	// MaxBytes is how many bytes an answer may have: without a limit, a server can send
	// for ever. 0 means 1 GiB, negative no limit.
	MaxBytes int64
}

const (
	defaultIdle  = 60 * time.Second
	defaultBytes = 1 << 30
)

// Get is [Client.Get] of the zero Client.
func Get(ctx context.Context, url string) (*Answer, error) { return new(Client).Get(ctx, url) }

// Get connects to the server of the URL, which [ParseURL] must accept, sends the request
// and returns the answer, of which nothing may have arrived. IdleTimeout and the end of
// ctx are then errors of reading the answer, as is a connection that breaks. Over TCP, and
// over TLS with many servers, an answer that is cut short can look like a complete one:
// only texts and menus have an end of their own, the final period.
func (c *Client) Get(ctx context.Context, url string) (*Answer, error) {
	u, err := ParseURL(url)
	if err != nil {
		return nil, err
	}
	conn, err := c.dial(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	if err := c.ask(conn, u); err != nil {
		stop()
		conn.Close()
		return nil, fmt.Errorf("client: %w", cmp.Or(ctx.Err(), err))
	}
	return newAnswer(u, &patient{ctx: ctx, conn: conn, idle: c.idle()}, c.MaxBytes, stop), nil
}

// idle returns the idle timeout, 0 for no limit.
func (c *Client) idle() time.Duration { return max(0, cmp.Or(c.IdleTimeout, defaultIdle)) }

// within returns the deadline that is d from now. 0 means no deadline, the zero time.
func within(d time.Duration) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Now().Add(d)
}

// dial connects to the server of u, within the idle timeout.
func (c *Client) dial(ctx context.Context, u *URL) (net.Conn, error) {
	addr := net.JoinHostPort(u.Host, u.Port)
	limit := c.idle()
	if limit == 0 {
		return c.connect(ctx, u, addr)
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := c.connect(within, u, addr)
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
	if deadline, ok := ctx.Deadline(); late && (!ok || time.Now().Before(deadline)) {
		return nil, fmt.Errorf("no connection to %s within %v: %w", addr, limit, os.ErrDeadlineExceeded)
	}
	return conn, err
}

// connect connects to the server of u at addr, by the transport of its scheme.
func (c *Client) connect(ctx context.Context, u *URL, addr string) (net.Conn, error) {
	if u.Scheme == "gopher" {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	config := c.config(u.Host, addr)
	conn, err := dialSecure(ctx, u.Scheme, addr, config)
	if err != nil || c.Pins == nil {
		return conn, err
	}
	if err := c.Pins.learn(conn, addr, config); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// dialSecure connects over TLS or QUIC.
func dialSecure(ctx context.Context, scheme, addr string, config *tls.Config) (net.Conn, error) {
	if scheme == "gopher+quic" {
		return quic.Dial(ctx, addr, config)
	}
	return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", addr)
}

// config returns the configuration for a TLS connection to addr, the "host:port" of host.
func (c *Client) config(host, addr string) *tls.Config {
	config := &tls.Config{}
	if c.TLS != nil {
		config = c.TLS.Clone()
	}
	config.ServerName = cmp.Or(config.ServerName, host)
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	config.NextProtos = []string{cert.ALPN}
	if c.Pins != nil {
		c.Pins.guard(config, addr)
	}
	return config
}

// ask sends the request.
func (c *Client) ask(conn net.Conn, u *URL) error {
	conn.SetWriteDeadline(within(c.idle()))
	fields := []string{u.Selector}
	if u.Query != "" {
		fields = append(fields, u.Query)
	}
	if err := WriteRequest(conn, fields...); err != nil {
		return err
	}
	if u.Scheme != "gopher+quic" {
		return nil // after a CloseWrite, some servers take the client for gone
	}
	return conn.(interface{ CloseWrite() error }).CloseWrite()
}
