package gophertest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"strconv"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// grace is how long exchanges may go on after the test has ended.
const grace = 2 * time.Second

// A Server serves a handler on loopback, until its test ends.
type Server struct {
	Addr string // "127.0.0.1:port"

	scheme      string // of its URLs
	certificate *x509.Certificate
}

// NewServer starts a server over TCP, which logs to the output of tb. When tb ends the
// server stops; tb fails if exchanges are then still under way and do not end within 2
// seconds. NewServer calls tb.Fatal if it finds no free port.
func NewServer(tb testing.TB, h gopherframe.Handler) *Server {
	tb.Helper()
	ln := bind(tb)
	start(tb, h, &listen.TCP{Listener: ln, Limits: limits, Log: logger(tb)})
	return &Server{Addr: ln.Addr().String(), scheme: "gopher"}
}

// NewTLSServer is NewServer over TLS, with a certificate of its own.
func NewTLSServer(tb testing.TB, h gopherframe.Handler) *Server {
	tb.Helper()
	pair := selfSigned(tb)
	ln := bind(tb)
	start(tb, h, &listen.TLS{Listener: ln, Config: configOf(pair), Limits: limits, Log: logger(tb)})
	return &Server{Addr: ln.Addr().String(), scheme: "gophers", certificate: pair.Leaf}
}

// NewQUICServer is NewServer over QUIC, with a certificate of its own.
func NewQUICServer(tb testing.TB, h gopherframe.Handler) *Server {
	tb.Helper()
	pair := selfSigned(tb)
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("gophertest: %v", err)
	}
	start(tb, h, &quic.Listener{PacketConn: packets, Config: configOf(pair), Limits: limits, Log: logger(tb)})
	return &Server{Addr: packets.LocalAddr().String(), scheme: "gopher+quic", certificate: pair.Leaf}
}

var limits = listen.Limits{Grace: grace}

func logger(tb testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(tb.Output(), nil)) }

func bind(tb testing.TB) net.Listener {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("gophertest: %v", err)
	}
	return ln
}

func selfSigned(tb testing.TB) tls.Certificate {
	tb.Helper()
	pair, err := listen.SelfSigned("127.0.0.1", "localhost")
	if err != nil {
		tb.Fatalf("gophertest: %v", err)
	}
	return pair
}

func configOf(pair tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// start runs l until tb ends.
func start(tb testing.TB, h gopherframe.Handler, l listen.Listener) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- listen.Run(ctx, h, l) }()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Errorf("gophertest: the server stopped: %v", err)
		}
	})
}

// Certificate returns the certificate of a server over TLS or QUIC, for the names
// "127.0.0.1" and "localhost", and nil over TCP. A client that has it among its roots
// trusts the server.
func (s *Server) Certificate() *x509.Certificate { return s.certificate }

// URL returns the URL of what is at line: a selector, for a search followed by a TAB and
// the query.
func (s *Server) URL(typ gopherframe.ItemType, line string) string {
	host, port, _ := net.SplitHostPort(s.Addr)
	u := client.URL{Scheme: s.scheme, Host: host, Port: port, Type: typ, Selector: line}
	return u.String()
}

// Get asks for what is at line, with package client and trust in the certificate of the
// server. The Result has no Response; it has a Text or a Menu if typ is a text or a menu,
// or if the answer is an error. Its Err is what went wrong with the connection, or that
// the answer did not end before ctx, or within 10 seconds.
func (s *Server) Get(ctx context.Context, typ gopherframe.ItemType, line string) *Result {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := &client.Client{}
	if s.certificate != nil {
		c.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
		c.TLS.RootCAs.AddCert(s.certificate)
	}
	answer, err := c.Get(ctx, s.URL(typ, line))
	if err != nil {
		return &Result{Err: err}
	}
	defer answer.Close()
	wire, err := readAll(answer)
	res := &Result{Wire: wire, Err: err}
	res.decode(typ, false)
	host, port, _ := net.SplitHostPort(s.Addr)
	number, _ := strconv.Atoi(port)
	res.localize(host, number)
	return res
}
