package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

const timedOut = "3Timed out.\t\terror.host\t0\r\n.\r\n"

func TestTimeout(t *testing.T) {
	menu := gopherframe.NewMenu()
	for _, resp := range []gopherframe.Response{
		gopherframe.Text("x"), menu, gopherframe.NotFound(""), gopherframe.Pass, nil, (*gopherframe.Stream)(nil),
	} {
		got := middleware.Timeout(time.Second)(answers(resp))(&gopherframe.Request{})
		if got != resp {
			t.Errorf("%v became %v", resp, got)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		r := gopherframe.NewRouter()
		r.Use(middleware.Timeout(time.Second))
		r.Handle("{d}", func(q *gopherframe.Request) gopherframe.Response {
			d, _ := time.ParseDuration(q.Param("d"))
			time.Sleep(d)
			return gopherframe.Text("slept " + q.Param("d"))
		})
		r.Handle("wait/{x}", func(q *gopherframe.Request) gopherframe.Response {
			<-q.Context().Done()
			if err := context.Cause(q.Context()); err.Error() != "no answer within 1s: context deadline exceeded" {
				t.Errorf("cause %v", err)
			}
			return gopherframe.Fail(q.Context().Err())
		})
		for selector, want := range map[string]string{
			"999ms":  "slept 999ms\r\n.\r\n",
			"1001ms": timedOut,
			"wait/x": timedOut,
		} {
			began := time.Now()
			if got := exchange(t, r.Respond, selector+"\n", gopherframe.Info{Log: newLog(&log)}); got != want {
				t.Errorf("%s: %q, want %q", selector, got, want)
			}
			if d := time.Since(began); d > time.Second {
				t.Errorf("%s: answered after %v", selector, d)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if log.Len() > 0 {
			t.Errorf("handlers that obey are logged: %s", log.String())
		}
	})
}

// TestTimeoutNoticesLateHandlers: a handler that goes on after its deadline is logged. Its
// answer, its panic and its AfterWrite do no harm.
func TestTimeoutNoticesLateHandlers(t *testing.T) {
	const goesOn = `level=WARN msg="gopherframe: handler goes on though its context ended" pattern=slow remote=""` + "\n"
	const returned = `level=WARN msg="gopherframe: handler returned late" pattern=slow remote="" late=4s` + "\n"
	const panicked = `level=ERROR msg="gopherframe: panic" pattern=slow remote="" panic=boom` + "\n"
	for _, tt := range []struct {
		name  string
		takes time.Duration
		end   func() gopherframe.Response
		want  string
	}{
		{"result", 5 * time.Second, func() gopherframe.Response { return gopherframe.Text("late") }, goesOn + returned},
		{"panic", 5 * time.Second, func() gopherframe.Response { panic("boom") }, goesOn + returned + panicked},
		{"abort", 5 * time.Second, func() gopherframe.Response { panic(gopherframe.Abort) }, goesOn + returned},
		{"quick panic", 1001 * time.Millisecond, func() gopherframe.Response { panic("boom") }, panicked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				called := 0
				r := gopherframe.NewRouter()
				r.Use(middleware.Timeout(time.Second))
				r.Handle("slow", func(q *gopherframe.Request) gopherframe.Response {
					time.Sleep(tt.takes)
					q.AfterWrite(func(gopherframe.Sent) { called++ })
					return tt.end()
				})
				if got := exchange(t, r.Respond, "slow\n", gopherframe.Info{Log: newLog(&log)}); got != timedOut {
					t.Errorf("%q", got)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if diff := cmp.Diff(tt.want, log.String()); diff != "" {
					t.Errorf("log (-want +got):\n%s", diff)
				}
				if called != 1 {
					t.Errorf("what the late handler registered was called %d times", called)
				}
			})
		})
	}
}

func TestTimeoutOfAClientThatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		h := middleware.Timeout(time.Minute)(func(q *gopherframe.Request) gopherframe.Response {
			<-q.Context().Done()
			return gopherframe.Text("too late")
		})
		err := gopherframe.ErrorOf(h((&gopherframe.Request{}).WithContext(ctx)))
		if !errors.Is(err, gone) || strings.Contains(fmt.Sprint(err), "Timed out") {
			t.Errorf("%v", err)
		}
	})
}

// TestTimeoutPassesPanicsOn: a panic is logged once, with the stack of the handler, and
// Abort ends the exchange.
func TestTimeoutPassesPanicsOn(t *testing.T) {
	for name, mw := range map[string]gopherframe.Middleware{
		"Recoverer": middleware.Recoverer,
		"Serve":     func(next gopherframe.Handler) gopherframe.Handler { return next },
	} {
		var log bytes.Buffer
		h := mw(middleware.Timeout(time.Minute)(guilty))
		got := exchange(t, h, "x\n", gopherframe.Info{Log: stackLog(&log)})
		if got != "3Internal server error.\t\terror.host\t0\r\n.\r\n" {
			t.Errorf("%s: %q", name, got)
		}
		if got := log.String(); strings.Count(got, "level=ERROR") != 1 || !strings.Contains(got, "panic=boom ") || !strings.Contains(got, "middleware_test.guilty") {
			t.Errorf("%s: log: %s", name, got)
		}
	}
	abort := func(*gopherframe.Request) gopherframe.Response { panic(gopherframe.Abort) }
	_, err := gopherframe.Serve(t.Context(), client{strings.NewReader("\n"), io.Discard}, middleware.Timeout(time.Minute)(abort), gopherframe.Info{})
	if !errors.Is(err, gopherframe.Abort) {
		t.Errorf("%v", err)
	}
}

func guilty(*gopherframe.Request) gopherframe.Response { panic("boom") }

func TestTimeoutOfAStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened context.Context
		stream := func(write func(ctx context.Context, w io.Writer) error) gopherframe.Handler {
			return middleware.Timeout(2 * time.Second)(func(q *gopherframe.Request) gopherframe.Response {
				opened = q.Context()
				time.Sleep(time.Second)
				return &gopherframe.Stream{Type: '0', Write: write}
			})
		}
		for _, tt := range []struct {
			name  string
			write func(ctx context.Context, w io.Writer) error
			want  string
		}{
			{"in time", func(_ context.Context, w io.Writer) error {
				time.Sleep(999 * time.Millisecond)
				io.WriteString(w, "done")
				return opened.Err()
			}, "done\r\n.\r\n"},
			{"obedient", func(ctx context.Context, w io.Writer) error {
				io.WriteString(w, "begun\n")
				<-ctx.Done()
				return ctx.Err()
			}, "begun\r\n"},
			{"nothing yet", func(ctx context.Context, w io.Writer) error {
				<-ctx.Done()
				return ctx.Err()
			}, timedOut},
			{"deaf", func(_ context.Context, w io.Writer) error {
				for {
					if _, err := io.WriteString(w, "on\n"); err != nil {
						return err
					}
					time.Sleep(600 * time.Millisecond)
				}
			}, "on\r\non\r\n"},
		} {
			if got := exchange(t, stream(tt.write), "x\n", gopherframe.Info{}); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
			if opened.Err() == nil {
				t.Errorf("%s: the context of the handler has not ended", tt.name)
			}
		}
	})
}

func TestTimeoutRefuses(t *testing.T) {
	wantPanic(t, "give a positive duration", func() { middleware.Timeout(0) })
}

func ExampleTimeout() {
	h := middleware.Timeout(10 * time.Millisecond)(func(q *gopherframe.Request) gopherframe.Response {
		<-q.Context().Done() // as a query to a database would
		return gopherframe.Fail(q.Context().Err())
	})
	resp := h(&gopherframe.Request{Selector: "slow"})
	fmt.Println(resp.(*gopherframe.Error).Text)
	fmt.Println(gopherframe.ErrorOf(resp))
	// Output:
	// Timed out.
	// no answer within 10ms: context deadline exceeded
}
