package web_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

// TestTLS: the listener speaks HTTP/2 and HTTP/1.1, and tells the app of the connection.
func TestTLS(t *testing.T) {
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	addr, _ := start(t, &web.Listener{Config: &tls.Config{Certificates: []tls.Certificate{pair}}}, func(q *gopherframe.Request) gopherframe.Response {
		state, ok := listen.ConnState(q.Context())
		return gopherframe.NewMenu().Infof("%v %s %s %s %v", ok, state.NegotiatedProtocol, q.ServerName, q.Transport, q.Remote.IsValid())
	})
	roots := x509.NewCertPool()
	roots.AddCert(pair.Leaf)
	for _, h2 := range []bool{true, false} {
		c := client(t, &http.Transport{ForceAttemptHTTP2: h2, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}})
		r, err := c.Get("https://" + addr + "/")
		if err != nil {
			t.Fatal(err)
		}
		want := map[bool]string{true: "\ntrue h2 localhost http true\n", false: "\ntrue  localhost http true\n"}[h2]
		if page := body(t, r); !strings.Contains(page, want) || (r.ProtoMajor == 2) != h2 {
			t.Errorf("%s: %s", r.Proto, page)
		}
	}
	c := dial(t, addr)
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if got, _ := io.ReadAll(c); len(got) > 0 {
		t.Errorf("plain text is answered with %q", got)
	}
}

// TestReload: a renewed certificate is used without a restart.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, cert, key)
	addr, _ := start(t, &web.Listener{CertFile: cert, KeyFile: key}, answers(gopherframe.Text("")))
	serial := func() string {
		c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
	}
	first := serial()
	writePair(t, cert, key)
	for range 100 {
		if serial() != first {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the old certificate stays in use")
}

// TestCannotStart: what is wrong with a listener is told at once, and the socket is closed.
func TestCannotStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	app := answers(gopherframe.Text(""))
	for name, tt := range map[string]struct {
		l *web.Listener
		h gopherframe.Handler
	}{
		"no handler":    {&web.Listener{Addr: "127.0.0.1:0"}, nil},
		"public":        {&web.Listener{Addr: "127.0.0.1:0", Public: "x"}, app},
		"proxy":         {&web.Listener{Addr: "127.0.0.1:0", Proxy: "ftp://x/"}, app},
		"key":           {&web.Listener{Addr: "127.0.0.1:0", CertFile: "x"}, app},
		"certificate":   {&web.Listener{Addr: "127.0.0.1:0", Config: &tls.Config{}}, app},
		"address taken": {&web.Listener{Addr: taken.Addr().String()}, app},
	} {
		tt.l.Log = quiet
		if err := listen.Run(t.Context(), tt.h, tt.l); err == nil || !strings.HasPrefix(err.Error(), "web: ") && !strings.HasPrefix(err.Error(), "listen: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDrain: an answer under way is finished when the server stops, a stream that follows
// something ends, and a connection on which nothing is asked does not hold it up.
func TestDrain(t *testing.T) {
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("http", func(t *testing.T) { testDrain(t, "http", &web.Listener{}) })
	t.Run("https", func(t *testing.T) {
		testDrain(t, "https", &web.Listener{Config: &tls.Config{Certificates: []tls.Certificate{pair}}})
	})
}

func testDrain(t *testing.T, scheme string, l *web.Listener) {
	began, goOn := make(chan struct{}, 2), make(chan struct{})
	app := func(q *gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: '9', Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, "begin ")
			began <- struct{}{}
			if q.Selector == "tail" {
				<-listen.Stopping(ctx)
			} else {
				<-goOn
			}
			_, err := io.WriteString(w, "end")
			return err
		}}
	}
	addr, stop := start(t, l, app)
	idle := dial(t, addr)
	results := make(chan string, 2)
	c := client(t, &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}) // one connection over HTTP/2
	for _, path := range []string{"/9/tail", "/9/work"} {
		go func() {
			r, err := c.Get(scheme + "://" + addr + path)
			if err != nil {
				results <- err.Error()
				return
			}
			b, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil {
				results <- err.Error()
				return
			}
			results <- string(b)
		}()
	}
	<-began
	<-began
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	if got := <-results; got != "begin end" {
		t.Errorf("the stream that follows something: %q", got)
	}
	close(goOn)
	if got := <-results; got != "begin end" {
		t.Errorf("the answer under way: %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(idle); err != nil {
		t.Errorf("the idle connection: %v", err)
	}
}

// TestCut: what goes on after the grace is cut, and its context ends.
func TestCut(t *testing.T) {
	began := make(chan struct{})
	addr, stop := start(t, &web.Listener{Limits: listen.Limits{Grace: time.Millisecond}}, answers(&gopherframe.Stream{Type: '9', Write: func(ctx context.Context, w io.Writer) error {
		io.WriteString(w, "begin")
		close(began)
		<-ctx.Done()
		return ctx.Err()
	}}))
	r, err := client(t, &http.Transport{}).Get("http://" + addr + "/9/x")
	if err != nil {
		t.Fatal(err)
	}
	<-began
	if err := stop(); err == nil || !strings.Contains(err.Error(), "1 exchanges were cut") {
		t.Errorf("the server ends with %v", err)
	}
	if b, err := io.ReadAll(r.Body); err == nil {
		t.Errorf("the answer looks whole: %q", b)
	}
	r.Body.Close()
}

// TestGone: the context of an exchange ends when the browser goes.
func TestGone(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	addr, _ := start(t, &web.Listener{}, answers(&gopherframe.Stream{Type: '9', Write: func(ctx context.Context, w io.Writer) error {
		io.WriteString(w, "begin")
		close(began)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	}}))
	c := dial(t, addr)
	io.WriteString(c, "GET /9/x HTTP/1.1\r\nHost: x\r\n\r\n")
	<-began
	c.Close()
	<-ended
}

// TestStreams: what a stream writes arrives at once, over both versions of HTTP.
func TestStreams(t *testing.T) {
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	goOn := make(chan struct{})
	addr, _ := start(t, &web.Listener{Config: &tls.Config{Certificates: []tls.Certificate{pair}}}, func(q *gopherframe.Request) gopherframe.Response {
		typ := gopherframe.ItemType(q.Selector[0])
		return &gopherframe.Stream{Type: typ, Write: func(ctx context.Context, w io.Writer) error {
			for _, line := range []string{"iöne\t\t\t0\r\n", "itwö\t\t\t0\r\n"} {
				io.WriteString(w, line)
				select {
				case <-goOn:
				case <-ctx.Done():
				}
			}
			return nil
		}}
	})
	for _, h2 := range []bool{true, false} {
		for _, typ := range []string{"0", "1", "9"} {
			c := client(t, &http.Transport{ForceAttemptHTTP2: h2, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}})
			r, err := c.Get("https://" + addr + "/9/" + typ)
			if err != nil {
				t.Fatal(err)
			}
			b := bufio.NewReader(r.Body)
			for _, part := range []string{"öne", "twö"} {
				for {
					line, err := b.ReadString('\n')
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(line, part) {
						break
					}
				}
				goOn <- struct{}{}
			}
			io.Copy(io.Discard, b)
			r.Body.Close()
		}
	}
}

// TestMaxConns: connections on which nothing is asked make room for others, of whatever
// listener of a Run they are, and a busy server says so.
func TestMaxConns(t *testing.T) {
	goOn := make(chan struct{})
	began := make(chan struct{})
	limits := listen.Limits{MaxConns: 2}
	addr, _ := start(t, &web.Listener{Limits: limits}, func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "work" {
			began <- struct{}{}
			<-goOn
		}
		return gopherframe.Text("done")
	})
	ask := func(c net.Conn, path string) string {
		io.WriteString(c, "GET "+path+"?raw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		got, _ := io.ReadAll(c)
		return string(got)
	}
	for range 10 { // idle ones: new, dripping, and kept open after an answer
		dial(t, addr)
		io.WriteString(dial(t, addr), "GET / HT")
		kept := dial(t, addr)
		io.WriteString(kept, "GET /0/x HTTP/1.1\r\nHost: x\r\n\r\n")
		http.ReadResponse(bufio.NewReader(kept), nil)
	}
	has(t, ask(dial(t, addr), "/0/x"), "HTTP/1.1 200 OK\r\n", "\r\n\r\ndone")
	answers := make(chan string)
	for working := 0; working < 2; {
		c := dial(t, addr)
		go func() { answers <- ask(c, "/0/work") }()
		select {
		case <-began:
			working++
		case <-answers: // the connection before is not closed yet
		}
	}
	c := dial(t, addr)
	c.(*net.TCPConn).CloseWrite()
	got, _ := io.ReadAll(c)
	has(t, string(got), "HTTP/1.1 503 Service Unavailable\r\n", "\r\n\r\nServer busy.\n")
	close(goOn)
	has(t, <-answers+<-answers, "done")
}

// TestSlowHeader: a header that comes byte by byte has no longer than any other, and one
// that is too large is refused.
func TestSlowHeader(t *testing.T) {
	addr, _ := start(t, &web.Listener{Limits: listen.Limits{LineTimeout: 300 * time.Millisecond}}, answers(gopherframe.Text("")))
	c := dial(t, addr)
	go func() {
		for range 1000 {
			if _, err := io.WriteString(c, "G"); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	if _, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
	large := dial(t, addr)
	go io.WriteString(large, "GET / HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", 1<<20)+"\r\n\r\n")
	got, _ := io.ReadAll(large)
	if !strings.HasPrefix(string(got), "HTTP/1.1 431 ") {
		t.Errorf("a large header: %q", got)
	}
}

// TestNeverReads: a client that takes nothing is given up, over both versions of HTTP, and
// the app is told.
func TestNeverReads(t *testing.T) {
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	for _, proto := range []string{"h2", "http/1.1"} {
		t.Run(proto, func(t *testing.T) {
			ended := make(chan error, 1)
			addr, _ := start(t, &web.Listener{Limits: listen.Limits{StallTimeout: 300 * time.Millisecond}, Config: &tls.Config{Certificates: []tls.Certificate{pair}}},
				func(q *gopherframe.Request) gopherframe.Response {
					q.AfterWrite(func(s gopherframe.Sent) { ended <- s.Err })
					return gopherframe.Binary(make([]byte, 100<<20))
				})
			c := client(t, &http.Transport{ForceAttemptHTTP2: proto == "h2", TLSClientConfig: &tls.Config{InsecureSkipVerify: true}})
			r, err := c.Get("https://" + addr + "/9/x")
			if err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err == nil {
				t.Errorf("%s: nobody noticed", proto)
			}
			r.Body.Close()
		})
	}
}

// TestBodies: a body is not waited for, and is no second request.
func TestBodies(t *testing.T) {
	asked := make(chan string, 10)
	addr, _ := start(t, &web.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		asked <- q.Selector
		return gopherframe.Text("done")
	})
	for _, method := range []string{"GET", "POST"} {
		c := dial(t, addr)
		io.WriteString(c, method+" /0/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nGET /0/smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || !r.Close {
			t.Errorf("%s: %+v, %v", method, r, err)
		}
		io.ReadAll(c)
	}
	close(asked)
	for selector := range asked {
		if selector != "x" {
			t.Errorf("%q was asked", selector)
		}
	}
}

// TestTwoListeners: one app over Gopher and HTTP in one Run, whose listeners end together.
func TestTwoListeners(t *testing.T) {
	bind := func() net.Listener {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return ln
	}
	gopher, http1 := bind(), bind()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	go func() {
		ended <- listen.Run(ctx, answers(gopherframe.NewMenu().Text("a", "a")),
			&listen.TCP{Listener: gopher, Log: log}, &web.Listener{Listener: http1, Public: gopher.Addr().String(), Log: log})
	}()
	c := dial(t, gopher.Addr().String())
	io.WriteString(c, "\r\n")
	got, _ := io.ReadAll(c)
	has(t, string(got), "0a\ta\t127.0.0.1\t")
	r, err := client(t, &http.Transport{}).Get("http://" + http1.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	has(t, body(t, r), `<a href="/0/a">`, "gopher://"+gopher.Addr().String()+"/")
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
