package listen_test

import (
	"context"
	"io"
	"runtime"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

// TestLingerOnlyWhereNeeded: after its answer a connection is closed at once only if its
// client cannot lose the answer by that.
func TestLingerOnlyWhereNeeded(t *testing.T) {
	small := gopherframe.Text("x")
	large := gopherframe.Binary(make([]byte, 15<<10))
	stream := &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "x")
		return err
	}}
	for _, tt := range []struct {
		name    string
		line    string
		resp    gopherframe.Response
		linger  listen.Linger
		asks    bool // the handler asks for the end of its context
		lingers bool
	}{
		{"CRLF", "x\r\n", small, listen.LingerAuto, false, false},
		{"LF", "x\n", small, listen.LingerAuto, false, false},
		{"an error", "missing\r\n", gopherframe.NotFound(""), listen.LingerAuto, false, false},
		{"a stream", "x\r\n", stream, listen.LingerAuto, false, false},
		{"CR, whose LF may come", "x\r", small, listen.LingerAuto, false, true},
		{"bytes behind the line", "x\r\ny", small, listen.LingerAuto, false, true},
		{"a second line", "x\r\ny\r\n", small, listen.LingerAuto, false, true},
		{"a large answer", "x\r\n", large, listen.LingerAuto, false, true},
		{"a client that is watched", "x\r\n", small, listen.LingerAuto, true, true},
		{"LingerAlways", "x\r\n", small, listen.LingerAlways, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := func(q *gopherframe.Request) gopherframe.Response {
				if tt.asks {
					q.Context().Done()
				}
				return tt.resp
			}
			addr, _ := start(t, &listen.TCP{Limits: listen.Limits{MaxConns: 1, LingerTimeout: -1, Linger: tt.linger}}, h)
			first := dial(t, addr)
			defer first.Close()
			io.WriteString(first, tt.line)
			if got, err := io.ReadAll(first); len(got) == 0 || err != nil {
				t.Fatalf("%q, %v", got, err)
			}
			if got := lingers(t, addr); got != tt.lingers {
				t.Errorf("lingers: %v, want %v", got, tt.lingers)
			}
		})
	}
}

// lingers reports whether the only client that a server has room for, and which has its
// answer, keeps that room: one that lingers does so for as long as the client stays.
func lingers(t *testing.T, addr string) bool {
	t.Helper()
	for range 50 {
		if got, err := fetch(t, addr, "x\r\n"); err != nil {
			t.Fatal(err)
		} else if got != busy {
			return false
		}
		time.Sleep(2 * time.Millisecond)
	}
	return true
}

// TestNobodyAsksNobodyWatches: an exchange has no goroutine more than its own, unless its
// handler asks for the end of the context; a context derived from it needs none either.
func TestNobodyAsksNobodyWatches(t *testing.T) {
	goroutines := make(chan int, 1)
	addr, _ := start(t, &listen.TCP{Inline: listen.InlineNever}, func(q *gopherframe.Request) gopherframe.Response {
		before := runtime.NumGoroutine()
		switch q.Selector {
		case "values":
			q.Context().Value("key")
			q.Context().Deadline()
		case "asks":
			for range 50 {
				q.Context().Done()
			}
		case "derives":
			q.Context().Done()
			before = runtime.NumGoroutine()
			for range 50 {
				_, cancel := context.WithTimeout(q.Context(), time.Hour)
				defer cancel()
			}
		}
		goroutines <- runtime.NumGoroutine() - before
		return gopherframe.Text("x")
	})
	for _, tt := range []struct {
		selector string
		most     int
	}{{"values", 0}, {"asks", 10}, {"derives", 10}} { // others may begin meanwhile, but not 50
		if got, err := fetch(t, addr, tt.selector+"\r\n"); got != "x\r\n.\r\n" || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		if n := <-goroutines; n > tt.most {
			t.Errorf("%s: %d goroutines", tt.selector, n)
		}
	}
}

// TestContextOutlivesExchange: a context that is asked for the first time when its exchange
// is over has ended, and nobody is watched any longer.
func TestContextOutlivesExchange(t *testing.T) {
	kept := make(chan context.Context, 1)
	addr, stop := start(t, &listen.TCP{}, func(q *gopherframe.Request) gopherframe.Response {
		kept <- q.Context()
		return gopherframe.Text("x")
	})
	if got, err := fetch(t, addr, "x\r\n"); got != "x\r\n.\r\n" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	ctx := <-kept
	if err := stop(); err != nil {
		t.Error(err)
	}
	<-ctx.Done()
	if ctx.Err() != context.Canceled {
		t.Error(ctx.Err())
	}
}
