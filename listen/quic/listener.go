// Package quic serves Gopher over QUIC: the protocol is "gopher" (ALPN), and each
// bidirectional stream that a client opens is one exchange. The request line ends
// as it does over TCP, or with the stream; the answer ends with the stream. Many
// exchanges may be under way on one connection.
//
// A connection that the server closes has an error code: 1 when the server stops,
// where a request that got no byte of an answer was not seen by the app and may be
// made again elsewhere; 3 when it idled and others wanted its place. A stream that it
// resets has the code 1, too, and 2 if an answer is not whole.
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
// Of its Limits, LineTimeout and MaxLine are for each stream, MaxConns is for
// connections (4,096 by default: each holds memory while it idles) and once more for
// the exchanges on all of them. One connection more than that takes the place of the
// one that has idled for longest. A stopping server waits for the last of its answers
// to arrive: as long as Grace has time left, and LingerTimeout in any case.
// MaxConnsPerAddr counts exchanges; SendBuffer and LingerBytes mean nothing here.
type Listener struct {
	Addr       string         // "host:port" of UDP; ":70" when empty
	PacketConn net.PacketConn // used instead of Addr; Serve closes it
	// CertFile, KeyFile and Config are as in [listen.TLS].
	CertFile, KeyFile string
	Config            *tls.Config
	// MaxStreams is how many exchanges may be under way on one connection, so that one
	// client cannot keep a hundred handlers busy. It waits with the next until one is
	// over. Default 16, negative: no limit.
	MaxStreams int
	// IdleTimeout is how long a connection may go on with nothing sent, not even by
	// the ping of a client that wants to keep it: there is no end of a connection to be
	// seen when a client goes away. Default 30 s, negative: no limit.
	IdleTimeout time.Duration
	// Allow0RTT answers what a client sends with its first packet, one round trip
	// earlier. Whoever records such a packet can have it answered again, so it is for
	// apps whose requests change nothing.
	Allow0RTT bool
	Public    string        // "host:port" that menus advertise; empty: the address the client reached
	PlainText bool          // text without dot-stuffing and final period
	Limits    listen.Limits // the zero Limits are the defaults
	Log       *slog.Logger  // nil: slog.Default()
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
	conns := &listen.Conns{Listener: s, Transport: "quic", Public: l.Public, PlainText: l.PlainText, Limits: l.Limits, Log: log}
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
