package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

func TestLogger(t *testing.T) {
	info := gopherframe.Info{Transport: "tcp", Remote: netip.MustParseAddrPort("192.0.2.7:1234"), Log: slog.New(slog.DiscardHandler)}
	broken := &gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "abc")
		return errors.New("disk on fire")
	}}
	tests := []struct {
		name  string
		level string
		line  string
		resp  gopherframe.Response
		want  string
	}{
		{"text", "INFO", "post/7\r\n", gopherframe.Text("x"), `selector=post/7 pattern=post/{id} query=0 transport=tcp remote=192.0.2.7:1234 bytes=6 outcome=ok`},
		{"search", "INFO", "post/7\tmy secret\r\n", gopherframe.Text("x"), `selector=post/7 pattern=post/{id} query=9 transport=tcp remote=192.0.2.7:1234 bytes=6 outcome=ok`},
		{"failed", "ERROR", "post/7\r\n", gopherframe.Fail(errors.New("no database")), `selector=post/7 pattern=post/{id} query=0 transport=tcp remote=192.0.2.7:1234 bytes=42 outcome=failed error="no database"`},
		{"busy", "WARN", "post/7\r\n", &gopherframe.Error{Text: gopherframe.BusyText}, `selector=post/7 pattern=post/{id} query=0 transport=tcp remote=192.0.2.7:1234 bytes=32 outcome=busy error="Server busy."`},
		{"timed out", "WARN", "post/7\r\n", gopherframe.Fail(context.DeadlineExceeded), `selector=post/7 pattern=post/{id} query=0 transport=tcp remote=192.0.2.7:1234 bytes=30 outcome="timed out" error="context deadline exceeded"`},
		{"bad selector", "INFO", "post/7\r\n", &gopherframe.Error{Text: gopherframe.BadSelectorText}, `selector=post/7 pattern=post/{id} query=0 transport=tcp remote=192.0.2.7:1234 bytes=33 outcome=bad error="Bad selector."`},
		{"not found", "INFO", "nope\r\n", nil, `selector=nope query=0 transport=tcp remote=192.0.2.7:1234 bytes=30 outcome=refused error="Not found."`},
		{"broken answer", "WARN", "post/7\r\n", broken, `selector=post/7 pattern=post/{id} query=0 transport=tcp remote=192.0.2.7:1234 bytes=3 outcome=cut error="disk on fire"`},
		{"forged", "INFO", "a\" level=ERROR\x1b[31m\r\n", nil, `selector="a\" level=ERROR\x1b[31m" query=0 transport=tcp remote=192.0.2.7:1234 bytes=30 outcome=refused error="Not found."`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			r := gopherframe.NewRouter()
			r.Use(middleware.Logger(newLog(&log)))
			r.Handle("post/{id}", answers(tt.resp))
			exchange(t, r.Respond, tt.line, info)
			if diff := cmp.Diff("level="+tt.level+" msg=request "+tt.want+"\n", log.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLoggerOfAHighLevel: if the log takes warnings and errors only, other exchanges are
// not logged.
func TestLoggerOfAHighLevel(t *testing.T) {
	var log bytes.Buffer
	logger := middleware.Logger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})))
	for _, resp := range []gopherframe.Response{gopherframe.Text("x"), gopherframe.Fail(nil), gopherframe.NotFound("")} {
		exchange(t, logger(answers(resp)), "x\n", gopherframe.Info{})
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "outcome=failed") {
		t.Errorf("%d lines: %s", n, log.String())
	}
}

func TestLoggerOfAPanic(t *testing.T) {
	boom := func(*gopherframe.Request) gopherframe.Response { panic("boom") }
	info := gopherframe.Info{Log: slog.New(slog.DiscardHandler)}
	for _, tt := range []struct {
		name string
		mw   []gopherframe.Middleware
		want string
	}{
		{"alone", nil, "panic, or no response"},
		{"with Recoverer inside", []gopherframe.Middleware{middleware.Recoverer}, "panic: boom"},
	} {
		var log bytes.Buffer
		r := gopherframe.NewRouter()
		r.Use(middleware.Logger(slog.New(slog.NewJSONHandler(&log, nil))))
		r.With(tt.mw...).Handle("x", boom)
		exchange(t, r.Respond, "x\n", info)
		var line struct {
			Error    string
			Bytes    int
			Duration int64
		}
		if err := json.Unmarshal(log.Bytes(), &line); err != nil {
			t.Fatalf("%v in %q", err, log.String())
		}
		if line.Error != tt.want || line.Bytes != 42 || line.Duration <= 0 {
			t.Errorf("%s: %s", tt.name, log.String())
		}
	}
}

func TestLoggerOfNotes(t *testing.T) {
	var log bytes.Buffer
	h := middleware.Logger(newLog(&log))(func(q *gopherframe.Request) gopherframe.Response {
		q.Annotate(slog.String("cache", "hit"))
		panic(gopherframe.Abort)
	})
	exchange(t, h, "x\n", gopherframe.Info{})
	const want = `level=WARN msg=request selector=x query=0 transport="" remote="" bytes=0 outcome=cut cache=hit error="gopherframe: exchange aborted"` + "\n"
	if got := log.String(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestLoggerIsLast: an exchange is logged once, after its answer was written.
func TestLoggerIsLast(t *testing.T) {
	var log bytes.Buffer
	h := middleware.Logger(newLog(&log))(answers(&gopherframe.Stream{Type: '0', Write: func(context.Context, io.Writer) error {
		if log.Len() > 0 {
			t.Error("logged before the answer was written")
		}
		return nil
	}}))
	exchange(t, h, "x\n", gopherframe.Info{})
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines", n)
	}
}

func ExampleLogger() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "duration" {
			return slog.Attr{} // these differ each time
		}
		return a
	}}))
	r := gopherframe.NewRouter()
	r.Use(middleware.Logger(log))
	r.Handle("find", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("nothing") })
	gopherframe.Serve(context.Background(), client{strings.NewReader("find\tgophers\r\n"), io.Discard}, r.Respond,
		gopherframe.Info{Transport: "tcp", Remote: netip.MustParseAddrPort("192.0.2.7:4711")})
	// Output:
	// level=INFO msg=request selector=find pattern=find query=7 transport=tcp remote=192.0.2.7:4711 bytes=12 outcome=ok
}
