package listen_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

var quiet = slog.New(slog.DiscardHandler)

// start serves h over TCP on a free port of the loopback interface. It returns the
// address, and a function that stops the listener and returns the error of Serve.
func start(t *testing.T, l *listen.TCP, h gopherframe.Handler) (addr string, stop func() error) {
	t.Helper()
	leak.Check(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Listener = ln
	if l.Log == nil {
		l.Log = quiet
	}
	return ln.Addr().String(), run(t, l, h)
}

// run serves h until the test ends or stop is called.
func run(t *testing.T, l listen.Listener, h gopherframe.Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx, h) }()
	stopped := false
	stop = func() error {
		cancel()
		stopped = true
		return <-ended
	}
	t.Cleanup(func() {
		if !stopped {
			if err := stop(); err != nil {
				t.Errorf("Serve: %v", err)
			}
		}
	})
	return stop
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
