package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestLogFormat(t *testing.T) {
	when := regexp.MustCompile(`\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]`)
	tests := []struct {
		remote, line string
		resp         gopherframe.Response
		options      []middleware.LogOption
		want         string
	}{
		{"192.0.2.7:1", "post/7", gopherframe.Text("x"), nil, `192.0.2.7 - - [] "GET /post/7 Gopher" 200 6 "-" "-"`},
		{"192.0.2.7:1", "/post/7\tmy secret", gopherframe.Text("x"), nil, `192.0.2.7 - - [] "GET /post/7 Gopher" 200 6 "-" "-"`},
		{"", "", gopherframe.Text("x"), nil, `- - - [] "GET / Gopher" 200 6 "-" "-"`},
		{"[2001:db8::1]:1", "a b\"\\%\x1b~\x7fü", gopherframe.NotFound(""), nil, `2001:db8::1 - - [] "GET /a%20b%22%5C%25%1B~%7F%C3%BC Gopher" 404 30 "-" "-"`},
		{"192.0.2.7:1", "x", gopherframe.Fail(errors.New("no")), nil, `192.0.2.7 - - [] "GET /x Gopher" 500 42 "-" "-"`},
		{"192.0.2.7:1", "x", &gopherframe.Error{Text: gopherframe.BusyText}, nil, `192.0.2.7 - - [] "GET /x Gopher" 503 32 "-" "-"`},
		{"192.0.2.7:1", "x", &gopherframe.Error{Text: "Timed out."}, nil, `192.0.2.7 - - [] "GET /x Gopher" 504 30 "-" "-"`},
		{"192.0.2.7:1", "x", &gopherframe.Error{Text: gopherframe.BadSelectorText}, nil, `192.0.2.7 - - [] "GET /x Gopher" 400 33 "-" "-"`},
		{"192.0.2.7:1", "x", gopherframe.Text("x"), []middleware.LogOption{middleware.RedactIP}, `192.0.2.0 - - [] "GET /x Gopher" 200 6 "-" "-"`},
		{"[2001:db8:1:2::3%eth0]:1", "x", gopherframe.Text("x"), []middleware.LogOption{middleware.RedactIP}, `2001:db8:1:: - - [] "GET /x Gopher" 200 6 "-" "-"`},
		{"[::ffff:192.0.2.7]:1", "x", gopherframe.Text("x"), []middleware.LogOption{middleware.RedactIP}, `192.0.2.0 - - [] "GET /x Gopher" 200 6 "-" "-"`},
		{"", "x", gopherframe.Text("x"), []middleware.LogOption{middleware.RedactIP}, `- - - [] "GET /x Gopher" 200 6 "-" "-"`},
	}
	for _, tt := range tests {
		for _, first := range []bool{true, false} { // the order of options does not matter
			var out, log bytes.Buffer
			options := append([]middleware.LogOption{middleware.LogFormat(&out, middleware.Combined)}, tt.options...)
			if !first {
				options = append(tt.options, middleware.LogFormat(&out, middleware.Combined))
			}
			h := middleware.Logger(newLog(&log), options...)(answers(tt.resp))
			remote, _ := netip.ParseAddrPort(tt.remote)
			exchange(t, h, tt.line+"\r\n", gopherframe.Info{Remote: remote})
			if got := when.ReplaceAllString(out.String(), "[]"); got != tt.want+"\n" || log.Len() > 0 {
				t.Errorf("%q: %s, want %s; log: %s", tt.line, got, tt.want, log.String())
			}
		}
	}
}

func TestRedactIP(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234":              " remote=192.0.2.0 ",
		"[2001:db8:1:2::3]:1234":      " remote=2001:db8:1:: ",
		"[::ffff:192.0.2.7]:1234":     " remote=192.0.2.0 ",
		"[fe80::1234:5678%eth0]:1234": " remote=fe80:: ",
		"192.0.2.0:1234":              " remote=192.0.2.0 ",
		"[2001:db8:1:0:0:0:0:0]:1234": " remote=2001:db8:1:: ",
	} {
		var log bytes.Buffer
		h := middleware.Logger(newLog(&log), middleware.RedactIP)(answers(gopherframe.Text("x")))
		exchange(t, h, "x\n", gopherframe.Info{Remote: netip.MustParseAddrPort(remote)})
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s: %s, want %q in it", remote, log.String(), want)
		}
	}
}

// TestLogFormatLines: the lines of concurrent exchanges do not mix, and a format has access
// to request, answer and outcome.
func TestLogFormatLines(t *testing.T) {
	var out bytes.Buffer
	h := middleware.Logger(slog.New(slog.DiscardHandler), middleware.LogFormat(&out, func(x *middleware.Exchange) string {
		return fmt.Sprint(x.Request.Selector, " ", x.Response, " ", x.Outcome())
	}))(func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Text(q.Selector) })
	var clients sync.WaitGroup
	for i := range 50 {
		clients.Go(func() { exchange(t, h, fmt.Sprintf("%d\n", i), gopherframe.Info{}) })
	}
	clients.Wait()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 50 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if selector, rest, _ := strings.Cut(line, " "); rest != selector+" ok" {
			t.Errorf("%q", line)
		}
	}
}

func ExampleLogFormat() {
	short := func(x *middleware.Exchange) string {
		return fmt.Sprintf("%s %s %d", x.Request.Selector, x.Outcome(), x.Sent.Bytes)
	}
	h := middleware.Logger(nil, middleware.LogFormat(os.Stdout, short))(answers(gopherframe.NotFound("")))
	gopherframe.Serve(context.Background(), client{strings.NewReader("nope\r\n"), io.Discard}, h, gopherframe.Info{})
	// Output:
	// nope refused 30
}
