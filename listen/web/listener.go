package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"gopherframe"
	"gopherframe/internal/cert"
	"gopherframe/listen"
)

// Listener is a [listen.Listener] for browsers: HTTP/1.1, or with a certificate HTTPS with
// HTTP/2 as well.
//
// Its Limits differ from those of other listeners:
//
//   - LineTimeout is the time for the header of each request.
//   - StallTimeout applies to each connection, to each stream of HTTP/2, and to connections
//     on which nothing is asked.
//   - MinRate and SendBuffer apply to each connection.
//   - MaxLine is for the selector, a TAB and the query, as they would be sent over Gopher.
//   - MaxConns counts connections, on which there may be several exchanges, up to 100 at the
//     same time with HTTP/2, and no more than MaxConns or MaxConnsPerAddr. Those on which
//     nothing is asked make room for others.
//   - LingerTimeout and HalfClosedTimeout are not used: net/http ends connections.
type Listener struct {
	Addr     string       // "host:port"; ":80" when empty, with a certificate ":443"
	Listener net.Listener // of plain connections, used instead of Addr; Serve closes it
	// CertFile, KeyFile and Config are as in [listen.TLS]. Without any of them connections
	// are plain.
	CertFile, KeyFile string
	Config            *tls.Config
	Public            string         // as in [Config]
	Proxy             string         // as in Config
	Theme             *Theme         // nil: the one of this package
	Ready             func(net.Addr) // as in [listen.TCP]
	Limits            listen.Limits  // the zero Limits are the defaults
	Log               *slog.Logger   // nil: slog.Default()
}

// busy is what clients without TLS read for whom there is no room.
const busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 14\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n" +
	gopherframe.BusyText + "\n\n"

// maxStreams is how many exchanges there may be on one connection, RFC 9113 section 6.5.2,
// if the limits are not below it: they would mean little if one connection had more.
const maxStreams = 100

// Serve implements [listen.Listener].
func (l *Listener) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.Listener != nil {
		defer l.Listener.Close() // however this ends
	}
	log := cmp.Or(l.Log, slog.Default())
	limits := l.Limits.WithDefaults()
	s, err := newSite(h, Config{Public: l.Public, Proxy: l.Proxy, Theme: l.Theme, MaxLine: limits.MaxLine, Log: log})
	if err != nil {
		return err
	}
	if l.Limits.StallTimeout >= 0 {
		s.stall = limits.StallTimeout
	}
	config, err := l.tlsConfig(log)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	ln := l.Listener
	if ln == nil {
		addr := ":80"
		if config != nil {
			addr = ":443"
		}
		if ln, err = net.Listen("tcp", cmp.Or(l.Addr, addr)); err != nil {
			return fmt.Errorf("web: %w", err)
		}
	}
	b := &bridge{conns: make(chan *speech), closed: make(chan struct{}), open: map[net.Conn]*speech{}}
	server := b.server(s, limits, config, log)
	var served error
	var work sync.WaitGroup
	work.Go(func() { served = server.Serve(b) })
	shutdown, done := context.WithCancel(context.Background())
	work.Go(func() {
		select {
		case <-ctx.Done():
			server.Shutdown(shutdown) // connections on which nothing is asked end, and others after their answer
		case <-shutdown.Done():
		}
	})
	conns := &listen.Conns{Listener: ln, Transport: "http", Ready: l.Ready, Public: l.Public, Limits: l.Limits, Log: log,
		Speak: b.speak, TLS: config, Busy: busy}
	err = conns.Serve(ctx, h)
	done()
	server.Close()
	work.Wait()
	if err == nil && !errors.Is(served, http.ErrServerClosed) {
		err = fmt.Errorf("web: %w", served)
	}
	return err
}

// tlsConfig returns nil if connections are plain.
func (l *Listener) tlsConfig(log *slog.Logger) (*tls.Config, error) {
	if l.CertFile == "" && l.KeyFile == "" && l.Config == nil {
		return nil, nil
	}
	base := &tls.Config{}
	if l.Config != nil {
		base = l.Config.Clone()
	}
	base.NextProtos = []string{"h2", "http/1.1"}
	return cert.Config(l.CertFile, l.KeyFile, base, log)
}

// A bridge hands the connections of a listen.Conns to an http.Server: it is the net.Listener
// of that.
type bridge struct {
	conns  chan *speech
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex
	open map[net.Conn]*speech // the connections that the server has
}

// speak is the Speak of the listen.Conns: it returns when the server has done with the
// connection.
func (b *bridge) speak(s listen.Speech) {
	conn := newSpeech(s)
	b.mu.Lock()
	b.open[s.Conn] = conn
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.open, s.Conn)
		b.mu.Unlock()
	}()
	select {
	case b.conns <- conn:
		<-conn.over
	case <-b.closed:
	}
}

// Accept returns the next connection.
func (b *bridge) Accept() (net.Conn, error) {
	select {
	case conn := <-b.conns:
		return conn.Conn, nil
	case <-b.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (b *bridge) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

// Addr is only there for net.Listener.
func (b *bridge) Addr() net.Addr { return &net.TCPAddr{} }

// of returns the speech of a connection that the server has.
func (b *bridge) of(nc net.Conn) *speech {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open[nc]
}

// server returns the http.Server of a site. Deadlines of reading are its own; those of
// writing, which count progress, are kept by the connections.
func (b *bridge) server(s *site, limits listen.Limits, config *tls.Config, log *slog.Logger) *http.Server {
	server := &http.Server{
		TLSConfig:         config,
		ReadHeaderTimeout: limits.LineTimeout,
		IdleTimeout:       limits.StallTimeout,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: min(maxStreams, limits.MaxConns, limits.MaxConnsPerAddr), SendPingTimeout: limits.StallTimeout / 2, PingTimeout: pingTimeout},
		ConnContext:       b.connContext,
		ConnState: func(nc net.Conn, state http.ConnState) {
			switch conn := b.of(nc); {
			case conn == nil:
			case state == http.StateActive && conn.http2:
				conn.Waiting(false) // here, since a handler may begin after its request was reset
			case state == http.StateIdle:
				conn.Waiting(true)
			case state == http.StateClosed:
				conn.end()
				close(conn.over)
			}
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if conn, ok := r.Context().Value(speechKey{}).(*speech); ok && !conn.http2 {
				conn.begin()
				defer conn.answered()
			}
			s.ServeHTTP(w, r)
		}),
	}
	if limits.MaxLine > 0 {
		// Each byte of a line may take three in a path, and browsers send up to 8 KiB besides.
		server.MaxHeaderBytes = 3*limits.MaxLine + 8<<10
	}
	return server
}

const pingTimeout = 15 * time.Second
