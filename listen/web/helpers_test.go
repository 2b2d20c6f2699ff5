package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/internal/certtest"
	"gopherframe/internal/leak"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

var quiet = slog.New(slog.DiscardHandler)

// answers returns a handler with one answer for all.
func answers(resp gopherframe.Response) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return resp }
}

// do asks a handler in memory.
func do(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// body returns the body of an answer.
func body(t *testing.T, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// get asks a handler in memory, and returns the status and the body.
func get(t *testing.T, h http.Handler, target string) (int, string) {
	t.Helper()
	r := do(h, "GET", target)
	return r.StatusCode, body(t, r)
}

// has checks that text has all of the parts.
func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in:\n%s", part, text)
		}
	}
}

// start serves h until the test ends or stop is called, and returns the address.
func start(t *testing.T, l *web.Listener, h gopherframe.Handler) (addr string, stop func() error) {
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
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- listen.Run(ctx, h, l) }()
	stopped := false
	stop = func() error {
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if !stopped {
			if err := stop(); err != nil {
				t.Errorf("Serve: %v", err)
			}
		}
	})
	return ln.Addr().String(), stop
}

// dial opens a connection that gives up after half a minute.
func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(30 * time.Second))
	t.Cleanup(func() { c.Close() })
	return c
}

// client returns an http.Client with connections of its own, which follows no redirects.
func client(t *testing.T, transport *http.Transport) *http.Client {
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// writePair writes a new certificate for localhost and its key.
func writePair(t *testing.T, cert, key string) {
	t.Helper()
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	certtest.WritePair(t, cert, key, pair)
}
