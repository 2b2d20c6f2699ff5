package gophertest

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/listen"
)

// grace is how long exchanges may go on when the test ended.
const grace = 2 * time.Second

// A Server serves a handler over TCP on loopback, until its test ends.
type Server struct {
	Addr string // "127.0.0.1:port"
}

// NewServer starts a server, which logs to the output of tb. When tb ends the
// server stops; tb fails if exchanges are then still under way and do not end
// within 2 seconds. It calls tb.Fatal if there is no port to be had.
func NewServer(tb testing.TB, h gopherframe.Handler) *Server {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("gophertest: %v", err)
	}
	log := slog.New(slog.NewTextHandler(tb.Output(), nil))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- listen.Run(ctx, h, &listen.TCP{Listener: ln, Limits: listen.Limits{Grace: grace}, Log: log})
	}()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Errorf("gophertest: the server stopped: %v", err)
		}
	})
	return &Server{Addr: ln.Addr().String()}
}

// URL returns the URL of what is at line, the selector and behind a TAB the query
// of a search.
func (s *Server) URL(typ gopherframe.ItemType, line string) string {
	host, port, _ := net.SplitHostPort(s.Addr)
	u := client.URL{Scheme: "gopher", Host: host, Port: port, Type: typ, Selector: line}
	return u.String()
}

// Get asks for what is at line with package client. The Result has no Response; it has a
// Text or a Menu if typ is a text or a menu, or if the answer is an error. Its Err is what
// went wrong with the connection, or that the answer did not end before ctx, or within
// 10 seconds.
func (s *Server) Get(ctx context.Context, typ gopherframe.ItemType, line string) *Result {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := client.Get(ctx, s.URL(typ, line))
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
