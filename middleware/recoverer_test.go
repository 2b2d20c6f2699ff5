package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestRecoverer(t *testing.T) {
	var log bytes.Buffer
	var seen error
	r := gopherframe.NewRouter()
	r.Use(func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			seen = gopherframe.ErrorOf(resp)
			return resp
		}
	}, middleware.Recoverer)
	r.Handle("boom", func(*gopherframe.Request) gopherframe.Response { panic(errors.New("boom")) })
	r.Handle("fine", answers(gopherframe.Text("fine")))

	info := gopherframe.Info{Log: newLog(&log)}
	if got, want := exchange(t, r.Respond, "boom\n", info), "3Internal server error.\t\terror.host\t0\r\n.\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if seen == nil || seen.Error() != "panic: boom" {
		t.Errorf("what is outside saw %v", seen)
	}
	if got, want := log.String(), "level=ERROR msg=\"gopherframe: panic\" pattern=boom remote=\"\" panic=boom\n"; got != want {
		t.Errorf("log %q, want %q", got, want)
	}
	if got := exchange(t, r.Respond, "fine\n", info); got != "fine\r\n.\r\n" {
		t.Errorf("afterwards %q", got)
	}
	q := &gopherframe.Request{}
	h := middleware.Recoverer(answers(gopherframe.Text("x")))
	if n := testing.AllocsPerRun(100, func() { h(q) }); n > 1 { // one is for the Text
		t.Errorf("%v allocations", n)
	}
}

// TestRecovererLogsCalls: the calls of the stack are a list in a JSON log, and lines in a
// text log.
func TestRecovererLogsCalls(t *testing.T) {
	var text, list bytes.Buffer
	h := middleware.Recoverer(guilty)
	exchange(t, h, "x\n", gopherframe.Info{Log: stackLog(&text)})
	exchange(t, h, "x\n", gopherframe.Info{Log: slog.New(slog.NewJSONHandler(&list, nil))})
	var entry struct{ Stack []string }
	if err := json.Unmarshal(list.Bytes(), &entry); err != nil || len(entry.Stack) < 3 || !strings.Contains(entry.Stack[0], "middleware_test.guilty(") {
		t.Errorf("%v in %s", err, list.String())
	}
	if got := text.String(); !regexp.MustCompile(` stack="gopherframe/middleware_test\.guilty\([^\\]* /[^\\]*\\n`).MatchString(got) {
		t.Errorf("text: %s", got)
	}
}

func TestRecovererLetsAbortPass(t *testing.T) {
	var log bytes.Buffer
	h := middleware.Recoverer(func(*gopherframe.Request) gopherframe.Response { panic(gopherframe.Abort) })
	_, err := gopherframe.Serve(t.Context(), client{strings.NewReader("\n"), &log}, h, gopherframe.Info{Log: newLog(&log)})
	if !errors.Is(err, gopherframe.Abort) || log.Len() > 0 {
		t.Errorf("%v, sent or logged: %s", err, log.String())
	}
}

func ExampleRecoverer() {
	h := middleware.Recoverer(func(*gopherframe.Request) gopherframe.Response {
		var names []string
		return gopherframe.Text(names[3])
	})
	var out bytes.Buffer
	gopherframe.Serve(context.Background(), client{strings.NewReader("\r\n"), &out}, h, gopherframe.Info{Log: newLog(&bytes.Buffer{})})
	fmt.Printf("%q\n", out.String())
	// Output:
	// "3Internal server error.\t\terror.host\t0\r\n.\r\n"
}
