package middleware_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

const busy = "3Server busy.\t\terror.host\t0\r\n.\r\n"

// TestThrottle: with eight requests of 10 seconds each, two are answered at a time, two
// wait for them, and the others are refused.
func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := middleware.Throttle(2, 2, 15*time.Second)(func(q *gopherframe.Request) gopherframe.Response {
			time.Sleep(10 * time.Second)
			return gopherframe.Text("ok")
		})
		want := [8]end{
			{10 * time.Second, "ok"}, {10 * time.Second, "ok"}, // at work
			{20 * time.Second, "ok"}, {20 * time.Second, "ok"}, // in the backlog
			{0, "Server busy."}, {0, "Server busy."},
			{time.Second, "Server busy."}, {time.Second, "Server busy."},
		}
		for range 2 { // the second time nobody is left of the first
			if diff := cmp.Diff(want, rush(h)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	})
}

// An end tells after how long a request was answered, and with what.
type end struct {
	At     time.Duration
	Answer string
}

// rush makes eight requests: six at once, in order, and two a second later.
func rush(h gopherframe.Handler) (ends [8]end) {
	began := time.Now()
	for i := range ends {
		go func() {
			resp := h(&gopherframe.Request{})
			text := fmt.Sprint(resp)
			if e, ok := resp.(*gopherframe.Error); ok {
				text = e.Text
			}
			ends[i] = end{time.Since(began), text}
		}()
		synctest.Wait() // until this request is answered or waits
		if i == 5 {
			time.Sleep(time.Second)
		}
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	return ends
}

func TestThrottleWaiting(t *testing.T) {
	for _, tt := range []struct {
		name  string
		takes time.Duration
		wait  time.Duration
		ctx   time.Duration // how long the context lasts
		want  string
		at    time.Duration
	}{
		{"served", 4 * time.Second, 5 * time.Second, time.Minute, "<nil>", 4 * time.Second},
		{"too long", 6 * time.Second, 5 * time.Second, time.Minute, "too many requests at once, and none of them ended in time", 5 * time.Second},
		{"client left", 6 * time.Second, 5 * time.Second, time.Second, "context deadline exceeded", time.Second},
		{"no wait", 6 * time.Second, 0, time.Minute, "too many requests at once, and none of them ended in time", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				takes := tt.takes
				h := middleware.Throttle(1, 1, tt.wait)(func(*gopherframe.Request) gopherframe.Response {
					time.Sleep(takes)
					return gopherframe.Text("ok")
				})
				go h(&gopherframe.Request{})
				synctest.Wait()
				takes = 0
				ctx, cancel := context.WithTimeout(t.Context(), tt.ctx)
				defer cancel()
				began := time.Now()
				err := gopherframe.ErrorOf(h((&gopherframe.Request{}).WithContext(ctx)))
				if got, at := fmt.Sprint(err), time.Since(began); got != tt.want || at != tt.at {
					t.Errorf("%s at %v, want %s at %v", got, at, tt.want, tt.at)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

// TestThrottleUntil: a handler counts until it returns, or until its Stream or File is
// written.
func TestThrottleUntil(t *testing.T) {
	tests := []struct {
		name string
		resp gopherframe.Response
		want string // answer to a second request, made while the answer to the first is written
	}{
		{"text", gopherframe.Text("x"), "second\r\n.\r\n"},
		{"stream", &gopherframe.Stream{Type: '0', Write: func(context.Context, io.Writer) error { return nil }}, busy},
		{"broken stream", &gopherframe.Stream{Type: '0', Write: func(context.Context, io.Writer) error { panic(gopherframe.Abort) }}, busy},
		{"file", &gopherframe.File{Name: "throttle_test.go"}, busy},
		{"no file", &gopherframe.File{Name: "no such file"}, busy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp := tt.resp
			h := middleware.Throttle(1, 0, 0)(func(*gopherframe.Request) gopherframe.Response {
				defer func() { resp = gopherframe.Text("second") }()
				return resp
			})
			var second string
			first := func(q *gopherframe.Request) gopherframe.Response {
				resp := h(q)
				// Functions registered last are called first: this one before that of Throttle.
				q.AfterWrite(func(gopherframe.Sent) { second = exchange(t, h, "\n", gopherframe.Info{}) })
				return resp
			}
			exchange(t, first, "\n", gopherframe.Info{})
			if second != tt.want {
				t.Errorf("meanwhile %q, want %q", second, tt.want)
			}
			if got := exchange(t, h, "\n", gopherframe.Info{}); got != "second\r\n.\r\n" {
				t.Errorf("afterwards %q", got)
			}
		})
	}
}

// TestThrottleGivesBack: whatever a handler returns, or if it panics, the next one can
// work.
func TestThrottleGivesBack(t *testing.T) {
	stream := &gopherframe.Stream{Type: '0', Write: func(context.Context, io.Writer) error { return nil }}
	var resp gopherframe.Response
	h := middleware.Throttle(1, 0, 0)(func(*gopherframe.Request) gopherframe.Response {
		if resp == nil {
			panic("boom")
		}
		return resp
	})
	for _, resp = range []gopherframe.Response{stream, nil, gopherframe.Pass, gopherframe.NotFound(""), stream} {
		func() {
			defer func() { recover() }()
			if got := h(&gopherframe.Request{}); got != resp {
				t.Errorf("%v, want %v", got, resp)
			}
		}()
	}
	resp = gopherframe.Text("x")
	q := &gopherframe.Request{}
	if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestThrottleOfALateHandler: a handler that Timeout no longer waits for counts until it
// returns, also if it returns a Stream, which nobody writes.
func TestThrottleOfALateHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := middleware.Timeout(time.Second)(middleware.Throttle(1, 0, 0)(func(*gopherframe.Request) gopherframe.Response {
			time.Sleep(10 * time.Second)
			return &gopherframe.Stream{Type: '0', Write: func(context.Context, io.Writer) error { return nil }}
		}))
		info := gopherframe.Info{Log: newLog(io.Discard)}
		for i, want := range []string{timedOut, busy, timedOut} {
			if got := exchange(t, h, "\n", info); got != want {
				t.Errorf("request %d: %q, want %q", i, got, want)
			}
			time.Sleep(time.Duration(i) * 9 * time.Second)
			synctest.Wait()
		}
		time.Sleep(time.Minute)
	})
}

func TestThrottleRefuses(t *testing.T) {
	wantPanic(t, "a limit of at least 1", func() { middleware.Throttle(0, 1, time.Second) })
	wantPanic(t, "a backlog of at least 0", func() { middleware.Throttle(1, -1, time.Second) })
}

func ExampleThrottle() {
	var h gopherframe.Handler
	inner := false
	h = middleware.Throttle(1, 0, 0)(func(q *gopherframe.Request) gopherframe.Response {
		if inner {
			return gopherframe.Text("not reached")
		}
		inner = true
		resp := h(q) // a second request, while the first one is being answered
		return gopherframe.Text("the other one: " + resp.(*gopherframe.Error).Text)
	})
	fmt.Println(h(&gopherframe.Request{}))
	// Output:
	// the other one: Server busy.
}
