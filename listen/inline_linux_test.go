package listen_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

// echo answers with the selector. "block" waits until release is closed, "compute" keeps a
// processor busy for some milliseconds, and "exit" ends its goroutine.
func echo(release <-chan struct{}) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		switch q.Selector {
		case "block":
			<-release
		case "compute":
			for began := time.Now(); time.Since(began) < 3*time.Millisecond; {
			}
		case "exit":
			runtime.Goexit()
		}
		return gopherframe.Text(q.Selector)
	}
}

// TestIdleHaveNoGoroutine: clients that wait to be asked for their line cost no goroutine.
func TestIdleHaveNoGoroutine(t *testing.T) {
	if testMode() == listen.InlineNever {
		return // TestInlineNever is about that
	}
	addr, _ := start(t, &listen.TCP{}, echo(nil))
	fetch(t, addr, "warm up\r\n")
	before := runtime.NumGoroutine()
	var conns []net.Conn
	for range 300 {
		conns = append(conns, dial(t, addr))
	}
	fetch(t, addr, "all of them are accepted\r\n")
	if n := runtime.NumGoroutine() - before; n > 30 {
		t.Errorf("%d goroutines for 300 clients", n)
	}
	for i, c := range conns {
		fmt.Fprintf(c, "line %d\r\n", i)
	}
	for i, c := range conns {
		if got, err := io.ReadAll(c); string(got) != fmt.Sprintf("line %d\r\n.\r\n", i) || err != nil {
			t.Errorf("%d: %q, %v", i, got, err)
		}
		c.Close()
	}
}

func TestInlineNever(t *testing.T) {
	addr, _ := start(t, &listen.TCP{Inline: listen.InlineNever}, echo(nil))
	fetch(t, addr, "warm up\r\n")
	before := runtime.NumGoroutine()
	for range 100 {
		defer dial(t, addr).Close()
	}
	fetch(t, addr, "all of them are accepted\r\n")
	if n := runtime.NumGoroutine() - before; n < 90 {
		t.Errorf("%d goroutines for 100 clients", n)
	}
}

// TestHandlersMayBlock: however many handlers block, the other clients are answered.
func TestHandlersMayBlock(t *testing.T) {
	release := make(chan struct{})
	addr, _ := start(t, &listen.TCP{}, echo(release))
	var blocked []net.Conn
	for i := range 50 {
		c := dial(t, addr)
		defer c.Close()
		io.WriteString(c, "block\r\n")
		blocked = append(blocked, c)
		if got, err := fetch(t, addr, "quick\r\n"); got != "quick\r\n.\r\n" || err != nil {
			t.Fatalf("beside %d: %q, %v", i+1, got, err)
		}
	}
	close(release)
	for _, c := range blocked {
		if got, err := io.ReadAll(c); string(got) != "block\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// TestGoexit: a handler that ends its goroutine ends its own exchange only.
func TestGoexit(t *testing.T) {
	addr, _ := start(t, &listen.TCP{}, echo(nil))
	for range 20 {
		if got, err := fetch(t, addr, "exit\r\n"); got != "" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := fetch(t, addr, "x\r\n"); got != "x\r\n.\r\n" || err != nil {
			t.Errorf("afterwards: %q, %v", got, err)
		}
	}
}

// TestManners: every way to send a line, and to leave without one, beside handlers that
// compute, and every answer is whole.
func TestManners(t *testing.T) {
	release := make(chan struct{})
	close(release)
	addr, _ := start(t, &listen.TCP{}, echo(release))
	var clients sync.WaitGroup
	for client := range 16 {
		clients.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(client)))
			for i := range 100 {
				c := dial(t, addr)
				selector := fmt.Sprintf("client %d, line %d", client, i)
				if random.IntN(20) == 0 {
					selector = []string{"compute", "block"}[random.IntN(2)]
				}
				line := selector + []string{"\r\n", "\n", "\r", "\r\njunk", "\r\njunk\r\n"}[random.IntN(5)]
				switch random.IntN(6) {
				case 0: // in two parts
					n := random.IntN(len(line))
					io.WriteString(c, line[:n])
					runtime.Gosched()
					io.WriteString(c, line[n:])
				case 1: // late
					time.Sleep(time.Millisecond)
					io.WriteString(c, line)
				case 2: // without an end
					io.WriteString(c, selector)
					c.CloseWrite()
				case 3: // leave with a reset, or in order
					if random.IntN(2) == 0 {
						c.SetLinger(0)
					}
					c.Close()
					continue
				default:
					io.WriteString(c, line)
				}
				if got, err := io.ReadAll(c); string(got) != selector+"\r\n.\r\n" || err != nil {
					t.Errorf("%q: %q, %v", line, got, err)
				}
				c.Close()
			}
		})
	}
	clients.Wait()
}

// TestLineTimeoutOfIdle: clients that send nothing are told so when their time is over, also
// those that came later.
func TestLineTimeoutOfIdle(t *testing.T) {
	addr, _ := start(t, &listen.TCP{Limits: listen.Limits{LineTimeout: 50 * time.Millisecond}}, echo(nil))
	for range 2 {
		var conns []net.Conn
		for range 10 {
			conns = append(conns, dial(t, addr))
			time.Sleep(2 * time.Millisecond)
		}
		for _, c := range conns {
			if got, err := io.ReadAll(c); string(got) != timedOut || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			c.Close()
		}
	}
}

// TestIdleMakeRoom: as TestMaxConns, with sockets.
func TestIdleMakeRoom(t *testing.T) {
	addr, _ := start(t, &listen.TCP{Limits: listen.Limits{MaxConns: 20, LineTimeout: -1}}, echo(nil))
	var conns []net.Conn
	for range 100 {
		conns = append(conns, dial(t, addr))
	}
	for i, c := range conns {
		if i >= 80 {
			io.WriteString(c, "x\n")
		}
		got, err := io.ReadAll(c)
		switch {
		case i < 80 && (len(got) > 0 || err != nil):
			t.Errorf("%d is one of the oldest: %q, %v", i, got, err)
		case i >= 80 && (string(got) != "x\r\n.\r\n" || err != nil):
			t.Errorf("%d: %q, %v", i, got, err)
		}
		c.Close()
	}
}

func TestMaxConnsPerAddrOfIdle(t *testing.T) {
	addr, _ := start(t, &listen.TCP{Limits: listen.Limits{MaxConnsPerAddr: 1}}, echo(nil))
	first := dial(t, addr)
	defer first.Close()
	fetchFrom := func(ip string) string {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}
		c, err := d.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "x\n")
		got, _ := io.ReadAll(c)
		return string(got)
	}
	if got := fetchFrom("127.0.0.2"); got != "x\r\n.\r\n" {
		t.Errorf("from another address: %q", got)
	}
	if got := fetchFrom("127.0.0.1"); got != busy {
		t.Errorf("from the same address: %q", got)
	}
}

// TestDrainOfIdle: a client whose line comes while the server stops has its answer, and one
// that sends none is told so.
func TestDrainOfIdle(t *testing.T) {
	addr, stop := start(t, &listen.TCP{}, echo(nil))
	asks, silent := dial(t, addr), dial(t, addr)
	defer asks.Close()
	defer silent.Close()
	fetch(t, addr, "both are accepted\r\n")
	stopped := make(chan error)
	go func() { stopped <- stop() }()
	io.WriteString(asks, "x\r\n")
	if got, err := io.ReadAll(asks); string(got) != "x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := io.ReadAll(silent); string(got) != timedOut || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestServeNoticesClosedListener: the app may end Serve by closing the listener.
func TestServeNoticesClosedListener(t *testing.T) {
	leak.Check(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	l := &listen.TCP{Listener: ln, Inline: testMode(), Log: quiet}
	go func() { ended <- l.Serve(t.Context(), echo(nil)) }()
	fetch(t, ln.Addr().String(), "x\n")
	ln.Close()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

// TestLateBytes: a client that sends more than its line, only later, has its answer all the
// same, although the connection may be closed by then.
func TestLateBytes(t *testing.T) {
	answer := strings.Repeat("0123456789", 1000) + "\r\n.\r\n"
	addr, _ := start(t, &listen.TCP{}, answers(gopherframe.Text(answer[:10_000])))
	var lost atomic.Int32
	for _, late := range []struct{ line, rest string }{
		{"x\r\n", "junk that comes late"},
		{"x\n", "junk"},
		{"x\r", "\n"},
	} {
		var clients sync.WaitGroup
		for range 200 {
			clients.Go(func() {
				c := dial(t, addr)
				defer c.Close()
				io.WriteString(c, late.line)
				time.Sleep(10 * time.Millisecond)
				io.WriteString(c, late.rest)
				if got, err := io.ReadAll(c); string(got) != answer {
					if lost.Add(1) == 1 {
						t.Errorf("%q, later %q: %d bytes of %d, %v", late.line, late.rest, len(got), len(answer), err)
					}
				}
			})
		}
		clients.Wait()
	}
	if n := lost.Load(); n > 0 {
		t.Errorf("%d of 600 answers are lost", n)
	}
}
