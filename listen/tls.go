package listen

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"

	"gopherframe"
	"gopherframe/internal/cert"
)

// TLS serves Gopher over TLS 1.2 or later. It offers the protocol "gopher" (ALPN) to
// clients that ask for one, and accepts those that do not: most clients of today do not.
// The name that the client asks for (SNI) is in Request.ServerName.
type TLS struct {
	Addr     string       // "host:port"; ":70" when empty
	Listener net.Listener // of plain connections, used instead of Addr; Serve closes it
	// CertFile and KeyFile are in PEM form. They are read again at most once a second,
	// at a handshake. As long as they are invalid or do not belong together, the last
	// valid pair stays in use. Open connections are not affected.
	CertFile, KeyFile string
	// Config has further settings, or the certificates if no files are named. It is not
	// changed. It may be nil if files are named.
	Config *tls.Config
	// AllowPlain serves clients without TLS on the same port: those whose first byte is
	// not that of a TLS handshake. Otherwise their connection is closed without an
	// answer.
	AllowPlain bool
	Public     string         // as in TCP
	Ready      func(net.Addr) // as in TCP
	PlainText  bool           // text without dot-stuffing and final period
	Limits     Limits         // the zero Limits are the defaults
	Log        *slog.Logger   // nil: slog.Default()
}

// Serve implements [Listener].
func (l *TLS) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.Listener != nil {
		defer l.Listener.Close() // however this ends
	}
	s, err := newServer(ctx, "tcp", h, l.Public, l.PlainText, l.Limits, l.Log)
	if err != nil {
		return err
	}
	if s.tls, err = cert.Config(l.CertFile, l.KeyFile, l.Config, s.log); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.allowPlain, s.ready = l.AllowPlain, l.Ready
	ln := l.Listener
	if ln == nil {
		if ln, err = net.Listen("tcp", cmp.Or(l.Addr, ":70")); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
	return s.serve(ctx, ln)
}
