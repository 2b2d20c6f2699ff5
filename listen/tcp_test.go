package listen_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

// TestUnreadBytesCostNothing: bytes that a client sends behind its request line do not
// cost it the answer, as a reset of the connection would.
func TestUnreadBytesCostNothing(t *testing.T) {
	answer := bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)
	addr, _ := start(t, &listen.TCP{}, answers(gopherframe.Binary(answer)))
	junk := strings.Repeat("x", 64<<10)
	for i := range 20 {
		c := dial(t, addr)
		go io.WriteString(c, "a\r\n"+junk)
		time.Sleep(time.Millisecond) // let bytes arrive while the server answers
		got, err := io.ReadAll(c)
		if err != nil || len(got) != len(answer) {
			t.Fatalf("%d: %d bytes of %d, %v", i, len(got), len(answer), err)
		}
		c.Close()
	}
}

// TestMuchUnread: before its answer is over a client may send more bytes than LingerBytes.
func TestMuchUnread(t *testing.T) {
	answer := make([]byte, 5<<20)
	eof := &gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
		w.Write(answer)
		return io.EOF // an error of the app, not of the connection
	}}
	for _, resp := range []gopherframe.Response{gopherframe.Binary(answer), eof} {
		addr, _ := start(t, &listen.TCP{}, answers(resp))
		for i := range 4 {
			c := dial(t, addr)
			io.WriteString(c, "a\r\n"+strings.Repeat("x", 300_000))
			got, err := io.ReadAll(c)
			if err != nil || len(got) != len(answer) {
				t.Errorf("%T, %d: %d bytes of %d, %v", resp, i, len(got), len(answer), err)
			}
			c.Close()
		}
	}
}

// A bare listener hides all methods of its connections but those of net.Conn, as many
// wrappers do.
type bare struct{ net.Listener }

func (b bare) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	return struct{ net.Conn }{c}, err
}

func TestWrappedListener(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	leak.Check(t)
	run(t, &listen.TCP{Listener: bare{ln}, Log: quiet}, answers(gopherframe.Text("x")))
	for line, want := range map[string]string{
		"a\r\n":                                "x\r\n.\r\n",
		"a\r\n" + strings.Repeat("y", 100_000): "x\r\n.\r\n",
		strings.Repeat("y", 100_000):           tooLong,
	} {
		if got, err := fetch(t, ln.Addr().String(), line); got != want || err != nil {
			t.Errorf("%.5q: %q, %v", line, got, err)
		}
	}
}

// A hostileError has methods that panic.
type hostileError struct{}

func (*hostileError) Error() string { panic("Error") }
func (*hostileError) Unwrap() error { panic("Unwrap") }

// TestNothingEndsTheServer: whatever an app returns, the next client is served.
func TestNothingEndsTheServer(t *testing.T) {
	var stream *gopherframe.Stream
	var failure *gopherframe.Error
	bad := []gopherframe.Response{
		stream, failure, (*gopherframe.Menu)(nil), (*gopherframe.File)(nil), &gopherframe.Stream{}, &gopherframe.File{},
		&gopherframe.Error{Err: &hostileError{}},
		&gopherframe.Stream{Write: func(context.Context, io.Writer) error { return failure }},
		&gopherframe.Stream{Write: func(context.Context, io.Writer) error { return &hostileError{} }},
	}
	for i, resp := range bad {
		addr, _ := start(t, &listen.TCP{}, func(q *gopherframe.Request) gopherframe.Response {
			if q.Selector == "bad" {
				return resp
			}
			return gopherframe.Text("x")
		})
		if got, err := fetch(t, addr, "bad\r\n"); !strings.HasPrefix(got, "3") && got != ".\r\n" || err != nil {
			t.Errorf("%d, %T: %q, %v", i, resp, got, err)
		}
		if got, err := fetch(t, addr, "good\r\n"); got != "x\r\n.\r\n" || err != nil {
			t.Errorf("after %d, %T: %q, %v", i, resp, got, err)
		}
	}
}

// TestManyRefused: every client beyond the limit is told why it gets no answer.
func TestManyRefused(t *testing.T) {
	begun, release := make(chan bool), make(chan struct{})
	addr, _ := start(t, &listen.TCP{Limits: listen.Limits{MaxConns: 1}}, func(*gopherframe.Request) gopherframe.Response {
		begun <- true
		<-release
		return gopherframe.Text("x")
	})
	working := dial(t, addr)
	defer working.Close()
	io.WriteString(working, "a\r\n")
	<-begun
	var clients sync.WaitGroup
	for range 100 {
		clients.Go(func() {
			if got, err := fetch(t, addr, "b\r\n"); got != busy || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	clients.Wait()
	close(release)
	if got, err := io.ReadAll(working); string(got) != "x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTooLongSaysSo(t *testing.T) {
	addr, _ := start(t, &listen.TCP{}, answers(gopherframe.Text("x")))
	for i := range 10 {
		got, err := fetch(t, addr, strings.Repeat("x", 100_000))
		if got != tooLong || err != nil {
			t.Fatalf("%d: %q, %v", i, got, err)
		}
	}
	if got, err := fetch(t, addr, strings.Repeat("x", 2048)+"\r\n"); got != "x\r\n.\r\n" || err != nil {
		t.Errorf("2048 bytes: %q, %v", got, err)
	}
}

func TestHalfClose(t *testing.T) {
	addr, _ := start(t, &listen.TCP{}, func(q *gopherframe.Request) gopherframe.Response {
		select {
		case <-q.Context().Done():
			return gopherframe.Fail(q.Context().Err())
		case <-time.After(50 * time.Millisecond):
			return gopherframe.Text(q.Selector)
		}
	})
	c := dial(t, addr)
	defer c.Close()
	io.WriteString(c, "no line end")
	c.CloseWrite()
	if got, err := io.ReadAll(c); string(got) != "no line end\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestLingerIsBounded: the server closes the connection of a client that sends for ever.
func TestLingerIsBounded(t *testing.T) {
	addr, stop := start(t, &listen.TCP{Limits: listen.Limits{LingerTimeout: 100 * time.Millisecond}}, answers(gopherframe.Text("x")))
	c := dial(t, addr)
	defer c.Close()
	io.WriteString(c, "a\r\n")
	if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	for { // until the server has closed the connection
		if _, err := c.Write(make([]byte, 1024)); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("the server reads on")
		} else if err != nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// TestLingeringIsNotCut: an answer that was sent whole is not counted as cut, however
// long its client keeps the connection open.
func TestLingeringIsNotCut(t *testing.T) {
	for name, config := range map[string]*tls.Config{"TCP": nil, "TLS": {InsecureSkipVerify: true}} {
		limits := listen.Limits{LingerTimeout: -1, Grace: 500 * time.Millisecond}
		var addr string
		var stop func() error
		if config == nil {
			addr, stop = start(t, &listen.TCP{Limits: limits}, answers(gopherframe.Text("x")))
		} else {
			addr, _, stop = startTLS(t, &listen.TLS{Limits: limits}, answers(gopherframe.Text("x")))
		}
		var c net.Conn = dial(t, addr)
		defer c.Close()
		silent := dial(t, addr) // sends no request, so there is nothing to cut either
		defer silent.Close()
		if config != nil {
			c = tls.Client(c, config)
		}
		io.WriteString(c, "a\r\n")
		if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err := stop(); err != nil {
			t.Errorf("%s: Serve: %v", name, err)
		}
	}
}

// TestReset: the context ends when the connection breaks.
func TestReset(t *testing.T) {
	asked, ended := make(chan bool, 1), make(chan error, 1)
	addr, _ := start(t, &listen.TCP{}, func(q *gopherframe.Request) gopherframe.Response {
		asked <- true
		select {
		case <-q.Context().Done():
			ended <- nil
		case <-time.After(20 * time.Second):
			ended <- errors.New("the context did not end")
		}
		return gopherframe.Text("x")
	})
	c := dial(t, addr)
	io.WriteString(c, "a\r\n")
	<-asked
	c.SetLinger(0)
	c.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestLargeFile(t *testing.T) {
	dir := t.TempDir()
	content := bytes.Repeat([]byte("0123456789abcdef"), 5<<20/16)
	if err := os.WriteFile(filepath.Join(dir, "big.bin"), content, 0o644); err != nil {
		t.Fatal(err)
	}
	fsys, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var sent gopherframe.Sent
	files := files.Server(fsys)
	addr, stop := start(t, &listen.TCP{}, func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(s gopherframe.Sent) { sent = s })
		return files(q)
	})
	got, err := fetch(t, addr, "big.bin\r\n")
	if err != nil || got != string(content) {
		t.Errorf("%d bytes of %d, %v", len(got), len(content), err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if sent.Bytes != int64(len(content)) || sent.Err != nil {
		t.Errorf("%v", sent)
	}
}

// TestStalledFile: StallTimeout also applies to a file that the kernel copies.
func TestStalledFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "big.bin")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(64 << 20); err != nil {
		t.Fatal(err)
	}
	f.Close()
	sent := make(chan gopherframe.Sent, 1)
	addr, _ := start(t, &listen.TCP{Limits: listen.Limits{StallTimeout: 200 * time.Millisecond}}, func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(s gopherframe.Sent) { sent <- s })
		return &gopherframe.File{Name: name, Type: gopherframe.TypeBinary}
	})
	c := dial(t, addr)
	defer c.Close()
	io.WriteString(c, "a\r\n")
	s := <-sent
	if !errors.Is(s.Err, os.ErrDeadlineExceeded) || s.Bytes == 0 || s.Bytes >= 64<<20 {
		t.Errorf("%v", s)
	}
}

func TestPublic(t *testing.T) {
	menu := gopherframe.NewMenu().Text("a", "b")
	addr, _ := start(t, &listen.TCP{}, answers(menu))
	host, port, _ := net.SplitHostPort(addr)
	if got, _ := fetch(t, addr, "\r\n"); got != "0a\tb\t"+host+"\t"+port+"\r\n.\r\n" {
		t.Errorf("%q", got)
	}
	addr, _ = start(t, &listen.TCP{Public: "gopher.example:70"}, answers(menu))
	if got, _ := fetch(t, addr, "\r\n"); got != "0a\tb\tgopher.example\t70\r\n.\r\n" {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"gopher.example", ":70", "gopher.example:gopher", "h:0", "h:70000"} {
		err := (&listen.TCP{Public: bad, Addr: "127.0.0.1:0"}).Serve(t.Context(), answers(menu))
		if err == nil || !strings.Contains(err.Error(), bad) || !strings.Contains(err.Error(), "host:port") {
			t.Errorf("Public %q: %v", bad, err)
		}
	}
}

func TestIPv6IsWarnedOfOnce(t *testing.T) {
	ln, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no IPv6 on loopback, but CI has it: %v", err)
		}
		t.Skipf("no IPv6 on loopback: %v", err)
	}
	leak.Check(t)
	var log bytes.Buffer
	stop := run(t, &listen.TCP{Listener: ln, Log: slog.New(slog.NewTextHandler(&log, nil))}, answers(gopherframe.NewMenu().Text("a", "b")))
	for range 3 {
		if got, _ := fetch(t, ln.Addr().String(), "\n"); !strings.HasPrefix(got, "0a\tb\t::1\t") {
			t.Errorf("%q", got)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "IPv6"); n != 1 || !strings.Contains(log.String(), "set Public") {
		t.Errorf("log:\n%s", log.String())
	}
}

func TestPlainText(t *testing.T) {
	addr, _ := start(t, &listen.TCP{PlainText: true}, answers(gopherframe.Text(".a")))
	if got, _ := fetch(t, addr, "\n"); got != ".a\r\n" {
		t.Errorf("%q", got)
	}
}

// TestReady: Ready gets the address, and no client is accepted before it returns.
func TestReady(t *testing.T) {
	leak.Check(t)
	pair, roots := certificate(t)
	path := filepath.Join(t.TempDir(), "socket")
	given, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addrs := make(chan net.Addr)
	var isReady atomic.Bool
	ready := func(addr net.Addr) {
		addrs <- addr
		isReady.Store(true)
	}
	config := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	for name, l := range map[string]listen.Listener{
		"TCP":            &listen.TCP{Addr: "127.0.0.1:0", Ready: ready, Log: quiet},
		"TCP, bound":     &listen.TCP{Listener: given, Ready: ready, Log: quiet},
		"TLS":            &listen.TLS{Addr: "127.0.0.1:0", Config: &tls.Config{Certificates: []tls.Certificate{pair}}, Ready: ready, Log: quiet},
		"Unix":           &listen.Unix{Path: path, Ready: ready, Log: quiet},
		"without a port": &listen.TCP{Addr: "127.0.0.1:x", Ready: ready, Log: quiet},
	} {
		isReady.Store(false)
		cancel, wait := runWith(t, t.Context(), l, func(*gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(fmt.Sprint(isReady.Load()))
		})
		if name == "without a port" { // it cannot bind, so Ready is not called
			if err := wait(); err == nil {
				t.Errorf("%s: no error", name)
			}
			continue
		}
		addr := <-addrs
		var got string
		var err error
		switch name {
		case "TLS":
			got, err = fetchTLS(t, addr.String(), config, "x\n")
		case "Unix":
			got, err = fetchUnix(t, path, "x\n")
		default:
			got, err = fetch(t, addr.String(), "x\n")
		}
		if got != "true\r\n.\r\n" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		cancel()
		if err := wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRunIsAllOrNothing(t *testing.T) {
	leak.Check(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	err = listen.Run(t.Context(), answers(gopherframe.Text("x")),
		&listen.TCP{Listener: free, Log: quiet}, &listen.TCP{Addr: taken.Addr().String(), Log: quiet})
	if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("Run: %v", err)
	}
	if c, err := net.Dial("tcp", free.Addr().String()); err == nil {
		c.Close()
		t.Error("the other listener is still up")
	}
	if err := listen.Run(t.Context(), answers(gopherframe.Text("x"))); err == nil {
		t.Error("Run without listeners: no error")
	}
}

func TestRunStopsAll(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ls []listen.Listener
	var addrs []string
	for range 2 {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addrs = append(addrs, ln.Addr().String())
		ls = append(ls, &listen.TCP{Listener: ln, Log: quiet})
	}
	ended := make(chan error, 1)
	// A listener that returns nil leaves the others running.
	ls = append(ls, &listen.Stdio{In: strings.NewReader("a\r\n"), Out: io.Discard, Log: quiet})
	go func() { ended <- listen.Run(ctx, answers(gopherframe.Text("x")), ls...) }()
	for _, addr := range addrs {
		if got, err := fetch(t, addr, "a\r\n"); got != "x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

// TestListeningIsLogged: an app without Ready learns from the log where it listens.
func TestListeningIsLogged(t *testing.T) {
	pipe, w := io.Pipe()
	log := slog.New(slog.NewTextHandler(w, nil))
	ln := listenTCP(t)
	runWith(t, t.Context(), &listen.TCP{Listener: ln, Log: log}, answers(gopherframe.Text("x")))
	line, err := bufio.NewReader(pipe).ReadString('\n')
	pipe.Close()
	if want := `msg="gopherframe: listening" transport=tcp address=` + ln.Addr().String() + "\n"; !strings.HasSuffix(line, want) || err != nil {
		t.Errorf("%q, %v, want %q", line, err, want)
	}
}
