// Package quic serves Gopher over QUIC. The protocol is "gopher" (ALPN), and each
// bidirectional stream that a client opens is one exchange: the client sends a request
// line, which may also end with its side of the stream, and the answer ends with the
// server's side. Several exchanges may go on at the same time on one connection.
//
// The server uses these error codes:
//
//   - 1: it stops. It closes connections with this code, and resets streams that it does
//     not serve any more. The app has not seen a request that got no byte of an answer,
//     so the client may send it to another server.
//   - 2: the answer on this stream is not whole.
//   - 3: the connection was idle, and was closed in favour of a new one.
package quic

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/quic-go/quic-go"
	"golang.org/x/time/rate"

	"gopherframe"
	"gopherframe/internal/cert"
	"gopherframe/listen"
)

// Listener is a [listen.Listener] for QUIC. It needs a certificate.
//
// Its Limits differ from those of other listeners:
//
//   - LineTimeout, StallTimeout, MinRate and MaxLine apply to each stream.
//   - MaxConns limits connections, to 4,096 by default since each needs memory while it
//     is idle. At the limit a new connection replaces the one that has been idle for
//     longest. The same field, with the default that [listen.Limits] names, limits the
//     exchanges on all connections together.
//   - MaxConnsPerAddr limits the exchanges of one address.
//   - A stopping server waits until its last answers have probably arrived: until the
//     end of Grace, but for LingerTimeout if less of Grace is left.
//   - SendBuffer, LingerBytes and HalfClosedTimeout are not used.
type Listener struct {
	Addr       string         // "host:port" of UDP; ":70" when empty
	PacketConn net.PacketConn // used instead of Addr; Serve closes it
	// CertFile, KeyFile and Config are as in [listen.TLS].
	CertFile, KeyFile string
	Config            *tls.Config
	// MaxStreams limits the exchanges at the same time on one connection: a client could
	// keep any number of handlers busy otherwise. A client waits until one is over before
	// it begins the next. Default 16, negative: no limit.
	MaxStreams int
	// IdleTimeout is how long a connection stays open when no packets arrive, not even
	// a client's pings. A client that vanishes is not noticed before. Default 30 s,
	// negative: no limit.
	IdleTimeout time.Duration
	// Allow0RTT answers requests in a client's first packet, which saves a round trip.
	// Somebody who records that packet can send it again and have it answered again, so
	// it is only for apps whose requests change nothing.
	Allow0RTT bool
	Public    string         // "host:port" that menus advertise; empty: the address the client reached
	Ready     func(net.Addr) // as in [listen.TCP]
	PlainText bool           // text without dot-stuffing and final period
	Limits    listen.Limits  // the zero Limits are the defaults
	Log       *slog.Logger   // nil: slog.Default()
}

const (
	defaultConns   = 4096
	defaultStreams = 16
	defaultIdle    = 30 * time.Second

	// The largest values that quic-go can use. It adds durations to times without a
	// check for overflow.
	maxDuration = 365 * 24 * time.Hour
	maxStreams  = int64(1) << 60

	// A request is one line, so clients may send little before the server reads it.
	streamWindow = 8 << 10  // bytes
	connWindow   = 64 << 10 // bytes

	// newConns is the number of handshakes a second that are accepted without proof of
	// the client's address. Clients beyond that must first show that they receive what
	// is sent to it (Retry, RFC 9000 section 8.1.2): so invented addresses cost no
	// memory, and the server cannot be made to flood others.
	newConns = 100
)

// Serve implements [listen.Listener].
func (l *Listener) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.PacketConn != nil {
		defer l.PacketConn.Close() // however this ends
	}
	log := l.Log
	if log == nil {
		log = slog.Default()
	}
	config, err := cert.Config(l.CertFile, l.KeyFile, l.Config, log)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	packets := l.PacketConn
	if packets == nil {
		if packets, err = net.ListenPacket("udp", cmp.Or(l.Addr, ":70")); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
	defer packets.Close()
	limits := l.Limits
	limits.MaxConns = cmp.Or(limits.MaxConns, defaultConns)
	limits = limits.WithDefaults()
	s := newStreams(packets.LocalAddr(), limits.MaxConns)
	transport := &quic.Transport{
		Conn:              packets,
		StatelessResetKey: new(quic.StatelessResetKey),
		ConnContext:       s.admit,
	}
	rand.Read(transport.StatelessResetKey[:])
	unproved := rate.NewLimiter(newConns, newConns)
	transport.VerifySourceAddress = func(net.Addr) bool { return !unproved.Allow() }
	defer transport.Close()
	ln, err := l.bind(transport, config, limits.HandshakeTimeout)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.work.Go(func() { s.accept(ln) })
	conns := &listen.Conns{Listener: s, Transport: "quic", Ready: l.Ready, Public: l.Public, PlainText: l.PlainText, Limits: l.Limits, Log: log}
	err = conns.Serve(ctx, h)
	s.drain(limits.Grace, limits.LingerTimeout)
	return err
}

// An acceptor is a quic.Listener or a quic.EarlyListener.
type acceptor interface {
	Accept(ctx context.Context) (*quic.Conn, error)
}

func (l *Listener) bind(transport *quic.Transport, config *tls.Config, handshake time.Duration) (acceptor, error) {
	streams := int64(cmp.Or(l.MaxStreams, defaultStreams))
	if streams < 0 {
		streams = maxStreams
	}
	idle := cmp.Or(l.IdleTimeout, defaultIdle)
	if idle < 0 {
		idle = maxDuration
	}
	settings := &quic.Config{
		MaxIncomingStreams:             min(streams, maxStreams),
		MaxIncomingUniStreams:          -1,                              // none: Gopher has no use for them
		HandshakeIdleTimeout:           min(handshake, maxDuration) / 2, // a handshake may take twice that in quic-go
		MaxIdleTimeout:                 min(idle, maxDuration),
		InitialStreamReceiveWindow:     streamWindow,
		MaxStreamReceiveWindow:         streamWindow,
		InitialConnectionReceiveWindow: connWindow,
		MaxConnectionReceiveWindow:     connWindow,
		Allow0RTT:                      l.Allow0RTT,
	}
	if l.Allow0RTT {
		return transport.ListenEarly(config, settings)
	}
	return transport.Listen(config, settings)
}
