package listen_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

// TestBacklogBeyondMaxConns: more clients than there is room for wait to be accepted, each
// with its line sent. Nobody's line is read by the exchange of another one, who had to make
// room and whose descriptor has the same number.
func TestBacklogBeyondMaxConns(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns []*net.TCPConn
	for i := range 16 {
		c := dial(t, ln.Addr().String())
		defer c.Close()
		fmt.Fprintf(c, "%d\r\n", i)
		conns = append(conns, c)
	}
	h := func(q *gopherframe.Request) gopherframe.Response {
		var i int
		fmt.Sscan(q.Selector, &i)
		if want := conns[i].LocalAddr().String(); q.Remote.String() != want {
			t.Errorf("the line of client %d (%s) is served as that of %s", i, want, q.Remote)
		}
		return gopherframe.Text(q.Selector)
	}
	run(t, &listen.TCP{Listener: ln, Inline: testMode(), Log: quiet, Limits: listen.Limits{MaxConns: 4}}, h)
	whole := 0
	for i, c := range conns {
		got, _ := io.ReadAll(c)
		if len(got) > 0 && string(got) != busy {
			whole++
		}
		if want := fmt.Sprintf("%d\r\n.\r\n", i); len(got) > 0 && string(got) != want && string(got) != busy {
			t.Errorf("%d: %q", i, got)
		}
	}
	if whole == 0 {
		t.Error("nobody was answered")
	}
}

// TestRoomIsMadeBesideAccepting: two listeners of one Run have room for one client, so each
// makes the other close the one that it has just accepted. It fails under the race detector,
// or by a server that does not answer afterwards.
func TestRoomIsMadeBesideAccepting(t *testing.T) {
	ctx := listen.WithConnTable(context.Background(), 1)
	var clients sync.WaitGroup
	var addrs []string
	for range 2 {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		runWith(t, ctx, &listen.TCP{Listener: ln, Inline: testMode(), Limits: listen.Limits{MaxConns: 1}, Log: quiet}, echo(nil))
		addrs = append(addrs, ln.Addr().String())
		for range 2 {
			clients.Go(func() {
				for range 200 {
					c, err := net.Dial("tcp", ln.Addr().String())
					if err != nil {
						t.Error(err)
						return
					}
					c.Close()
				}
			})
		}
	}
	clients.Wait()
	for _, addr := range addrs {
		answered := false
		for tries := 0; !answered && tries < 1000; tries++ { // the last of the others may have the room
			got, _ := fetch(t, addr, "x\r\n")
			answered = got == "x\r\n.\r\n"
		}
		if !answered {
			t.Error("nobody is answered afterwards")
		}
	}
}

// TestSmallWindow: a client whose window is smaller than its answer, and which sends more
// than its line, has the whole answer: the rest of it must not be lost to a reset.
func TestSmallWindow(t *testing.T) {
	answer := strings.Repeat("0123456789", 1300)
	addr, _ := start(t, &listen.TCP{}, answers(gopherframe.Binary(answer)))
	d := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	for i := range 20 {
		c, err := d.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(30 * time.Second))
		io.WriteString(c, "x\r\n")
		time.Sleep(5 * time.Millisecond)
		io.WriteString(c, "late")
		if got, err := io.ReadAll(c); string(got) != answer {
			t.Fatalf("%d: %d bytes of %d, %v", i, len(got), len(answer), err)
		}
		c.Close()
	}
}

// TestBlockingListener: the app shares its listener with a child process, which makes the
// socket a blocking one for all who have it. The clients are served all the same.
func TestBlockingListener(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	run(t, &listen.TCP{Listener: ln, Inline: testMode(), Log: quiet}, echo(nil))
	fetch(t, addr, "warm up\r\n")
	idle := dial(t, addr)
	defer idle.Close()
	f, err := ln.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Fd() // as os/exec does
	fetch(t, addr, "so that there is nothing left to accept\r\n")
	io.WriteString(idle, "x\r\n")
	if got, err := io.ReadAll(idle); string(got) != "x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestLogHoldsUpNobody: while the log of a failure to accept does not return, the clients
// that were accepted before are answered.
func TestLogHoldsUpNobody(t *testing.T) {
	if testMode() == listen.InlineNever {
		return // there the loop that accepts waits for the log, and nothing else
	}
	logged := make(chan bool)
	release := make(chan struct{})
	log := slog.New(logFunc(func() { logged <- true; <-release }))
	addr, _ := start(t, &listen.TCP{Log: log}, echo(nil))
	idle := dial(t, addr)
	defer idle.Close()
	fetch(t, addr, "it is accepted\r\n")
	exhaust(t, addr, func() {
		<-logged
		io.WriteString(idle, "x\r\n")
		if got, err := io.ReadAll(idle); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
	close(release)
}

// A logFunc is called for each failure to accept.
type logFunc func()

func (logFunc) Enabled(context.Context, slog.Level) bool { return true }
func (f logFunc) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "cannot accept") {
		f()
	}
	return nil
}
func (f logFunc) WithAttrs([]slog.Attr) slog.Handler { return f }
func (f logFunc) WithGroup(string) slog.Handler      { return f }

// exhaust calls f while the process has no descriptor left for a client that waits.
func exhaust(t *testing.T, addr string, f func()) (waiting []net.Conn) {
	t.Helper()
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	// The process may open a few descriptors more, which clients then take.
	limit := was
	limit.Cur = uint64(len(open)) + 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was)
	for {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		t.Cleanup(func() { c.Close() })
		waiting = append(waiting, c)
	}
	if len(waiting) == 0 {
		t.Fatal("there was no descriptor for a client")
	}
	f()
	return waiting
}

// TestOutOfFiles: a server that cannot accept for a while goes on when it can.
func TestOutOfFiles(t *testing.T) {
	addr, _ := start(t, &listen.TCP{}, echo(nil))
	fetch(t, addr, "warm up\r\n")
	for _, c := range exhaust(t, addr, func() {}) {
		c.SetDeadline(time.Now().Add(30 * time.Second))
		io.WriteString(c, "x\r\n")
		if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// TestLateLine: a client whose line comes some time after its connection is no reason to
// linger either, whatever kind its answer is.
func TestLateLine(t *testing.T) {
	stream := &gopherframe.Stream{Type: gopherframe.TypeBinary, Write: func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "in two ")
		_, err := io.WriteString(w, "parts")
		return err
	}}
	for _, resp := range []gopherframe.Response{gopherframe.Text("x"), stream} {
		addr, _ := start(t, &listen.TCP{Limits: listen.Limits{MaxConns: 1, LingerTimeout: -1}}, answers(resp))
		first := dial(t, addr)
		defer first.Close()
		time.Sleep(20 * time.Millisecond)
		io.WriteString(first, "x\r\n")
		if got, err := io.ReadAll(first); len(got) == 0 || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		if lingers(t, addr) {
			t.Errorf("%T: the server lingers", resp)
		}
	}
}
