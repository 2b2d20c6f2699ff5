// Package client fetches what Gopher servers have, over TCP, TLS and QUIC.
package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"gopherframe/client/quic"
	"gopherframe/internal/cert"
)

// A Client fetches. The zero Client is ready; a Client must not be changed while it
// is in use, which may be by many goroutines.
type Client struct {
	// TLS is for gophers:// and gopher+quic://; nil: certificates have to be signed
	// by an authority that the system trusts.
	TLS *tls.Config
	// Pins trusts other certificates, too, at first sight; nil: no others.
	Pins *Pins
	// IdleTimeout is how long a server may send nothing. 0: 60 s, which is longer than
	// anybody waits at a terminal; negative: no limit. The context of Get is what
	// limits all of an answer.
	IdleTimeout time.Duration
	// MaxBytes is how long an answer may be. 0: 1 GiB, because a server need not ever
	// come to an end; negative: no limit.
	MaxBytes int64
}

const (
	defaultIdle  = 60 * time.Second
	defaultBytes = 1 << 30
)

// Get fetches by the zero Client.
func Get(ctx context.Context, url string) (*Answer, error) { return new(Client).Get(ctx, url) }

// Get asks for the URL, see ParseURL. It returns once the request is sent; a
// server that then sends nothing for long, or the end of ctx, is an error when
// the answer is read. Over TCP, and with many servers over TLS, an answer that breaks
// off looks like one that ends; only texts and menus end in a period.
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

// idle returns the timeout, or 0 for none.
func (c *Client) idle() time.Duration { return max(0, cmp.Or(c.IdleTimeout, defaultIdle)) }

// within returns when that much time has passed: never if it is 0.
func within(d time.Duration) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Now().Add(d)
}

func (c *Client) dial(ctx context.Context, u *URL) (net.Conn, error) {
	if limit := c.idle(); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	addr := net.JoinHostPort(u.Host, u.Port)
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

func dialSecure(ctx context.Context, scheme, addr string, config *tls.Config) (net.Conn, error) {
	if scheme == "gopher+quic" {
		return quic.Dial(ctx, addr, config)
	}
	return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", addr)
}

// config returns what a TLS connection to addr needs.
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
		return nil // some servers take the end of our side for that of the connection
	}
	return conn.(interface{ CloseWrite() error }).CloseWrite()
}
