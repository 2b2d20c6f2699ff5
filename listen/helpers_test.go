package listen_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

var goroutines = flag.Bool("goroutines", false, "give every connection of TCP a goroutine")

// testMode is the mode of the tests that do not choose one.
func testMode() listen.Inline {
	if *goroutines {
		return listen.InlineNever
	}
	return listen.InlineAuto
}

var quiet = slog.New(slog.DiscardHandler)

// start serves h over TCP on a free port of the loopback interface. It returns the
// address, and a function that stops the listener and returns the error of Serve.
func start(t *testing.T, l *listen.TCP, h gopherframe.Handler) (addr string, stop func() error) {
	t.Helper()
	leak.Check(t)
	ready := make(chan string, 1)
	l.Addr, l.Ready = "127.0.0.1:0", func(addr net.Addr) { ready <- addr.String() }
	l.Inline = cmp.Or(l.Inline, testMode())
	if l.Log == nil {
		l.Log = quiet
	}
	stop = run(t, l, h)
	return <-ready, stop
}

// run serves h until the test ends or stop is called.
func run(t *testing.T, l listen.Listener, h gopherframe.Handler) (stop func() error) {
	t.Helper()
	cancel, wait := runWith(t, context.Background(), l, h)
	return func() error {
		cancel()
		return wait()
	}
}

// runWith is run with a parent for the context of Serve. It returns a function that ends
// that context and one that waits for Serve to return.
func runWith(t *testing.T, parent context.Context, l listen.Listener, h gopherframe.Handler) (cancel func(), wait func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(parent)
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx, h) }()
	waited := false
	wait = func() error {
		waited = true
		return <-ended
	}
	t.Cleanup(func() {
		cancel()
		if !waited {
			if err := wait(); err != nil {
				t.Errorf("Serve: %v", err)
			}
		}
	})
	return cancel, wait
}

// A site is a running listener, and a way to connect to it.
type site struct {
	connect func() net.Conn
	cancel  func()       // ends the context of Serve
	wait    func() error // waits for Serve to return
}

// overEach runs f as a subtest for TCP, TLS and a Unix socket.
func overEach(t *testing.T, ctx context.Context, limits listen.Limits, h gopherframe.Handler, f func(t *testing.T, s site)) {
	pair, roots := certificate(t)
	for _, transport := range []string{"tcp", "tls", "unix"} {
		t.Run(transport, func(t *testing.T) {
			leak.Check(t)
			network, address := "tcp", "127.0.0.1:0"
			if transport == "unix" {
				network, address = "unix", filepath.Join(t.TempDir(), "socket")
			}
			ln, err := net.Listen(network, address)
			if err != nil {
				t.Fatal(err)
			}
			var l listen.Listener
			switch transport {
			case "tcp":
				l = &listen.TCP{Listener: ln, Inline: testMode(), Limits: limits, Log: quiet}
			case "tls":
				l = &listen.TLS{Listener: ln, Limits: limits, Log: quiet, Config: &tls.Config{Certificates: []tls.Certificate{pair}}}
			case "unix":
				l = &listen.Unix{Listener: ln, Limits: limits, Log: quiet}
			}
			var s site
			s.connect = func() net.Conn {
				t.Helper()
				c, err := net.Dial(network, ln.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				c.SetDeadline(time.Now().Add(30 * time.Second))
				t.Cleanup(func() { c.Close() })
				if transport == "tls" {
					c = tls.Client(c, &tls.Config{RootCAs: roots, ServerName: "localhost"})
				}
				return c
			}
			s.cancel, s.wait = runWith(t, ctx, l, h)
			f(t, s)
		})
	}
}

// fetch sends a line, which it does not end, and returns the answer.
func fetch(t *testing.T, addr, line string) (string, error) {
	t.Helper()
	c := dial(t, addr)
	defer c.Close()
	if _, err := io.WriteString(c, line); err != nil {
		return "", err
	}
	got, err := io.ReadAll(c)
	return string(got), err
}

func dial(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(30 * time.Second))
	return c.(*net.TCPConn)
}

func answers(resp gopherframe.Response) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return resp }
}

const busy = "3Server busy.\t\terror.host\t0\r\n.\r\n"
const timedOut = "3Timed out.\t\terror.host\t0\r\n.\r\n"
const tooLong = "3Request line too long.\t\terror.host\t0\r\n.\r\n"

// A memory is a net.Listener whose connections are pipes, for tests in a bubble of
// testing/synctest.
type memory struct {
	conns  chan net.Conn
	errs   chan error
	closed chan struct{}
}

func newMemory() *memory {
	return &memory{make(chan net.Conn), make(chan error), make(chan struct{})}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case err := <-m.errs:
		return nil, err
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	select {
	case <-m.closed:
		return errors.New("closed twice")
	default:
		close(m.closed)
		return nil
	}
}

func (m *memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

func (m *memory) dial() net.Conn {
	here, there := net.Pipe()
	m.conns <- there
	return here
}
