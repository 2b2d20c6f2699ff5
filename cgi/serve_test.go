package cgi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gopherframe"
	"gopherframe/cgi"
)

// What servers set for every request, as far as it matters.
var (
	gophernicusEnv = []string{"GATEWAY_INTERFACE=CGI/1.1", "SERVER_SOFTWARE=Gophernicus/3.1.1 (Debian/12 x86_64)", "SERVER_NAME=gopher.example",
		"SERVER_PORT=7070", "REMOTE_ADDR=192.0.2.1", "SCRIPT_NAME=/cgi-bin/app", "REQUEST=/cgi-bin/app"}
	pygopherdEnv = []string{"SERVER_NAME=gopher.example", "SERVER_PORT=7070", "REMOTE_ADDR=192.0.2.1", "REMOTE_PORT=5000", "REQUEST=/app"}
	geomyidaeEnv = []string{"GATEWAY_INTERFACE=CGI/1.1", "SERVER_SOFTWARE=geomyidae", "SERVER_NAME=gopher.example", "SERVER_PORT=7070",
		"REMOTE_ADDR=192.0.2.1", "SERVER_PROTOCOL=gopher/1.0"}
	rfc3875Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "SERVER_SOFTWARE=other", "SERVER_NAME=gopher.example", "SERVER_PORT=7070",
		"REMOTE_ADDR=192.0.2.1", "SCRIPT_NAME=/app"}
)

// TestCalls: how the servers tell a program what was asked for.
func TestCalls(t *testing.T) {
	type request struct {
		Selector, Query, Transport string
		Extra                      []string
		Link                       string // the selector of an item that leads to "post/7"
	}
	for _, tt := range []struct {
		name string
		env  []string // besides
		more []string
		args []string
		want request
	}{
		{"gophernicus", gophernicusEnv, []string{"QUERY_STRING=", "SEARCHREQUEST="}, nil, request{"", "", "tcp", nil, "/cgi-bin/app?/post/7"}},
		{"gophernicus, link", gophernicusEnv, []string{"QUERY_STRING=/a%20b?c", "SEARCHREQUEST=/a%20b?c"}, nil, request{"a b?c", "", "tcp", nil, "/cgi-bin/app?/post/7"}},
		{"gophernicus, search", gophernicusEnv, []string{"QUERY_STRING=/find", "SEARCHREQUEST=a%20b"}, nil, request{"find", "a%20b", "tcp", []string{"a%20b"}, "/cgi-bin/app?/post/7"}},
		{"gophernicus, search at the root", gophernicusEnv, []string{"QUERY_STRING=a b", "SEARCHREQUEST=a b"}, nil, request{"", "a b", "tcp", []string{"a b"}, "/cgi-bin/app?/post/7"}},
		{"gophernicus, more fields", gophernicusEnv, []string{"QUERY_STRING=/", "SEARCHREQUEST=a\t+"}, nil, request{"", "a", "tcp", []string{"a", "+"}, "/cgi-bin/app?/post/7"}},
		{"gophernicus, TLS", gophernicusEnv, []string{"QUERY_STRING=", "SEARCHREQUEST=", "TLS=on"}, nil, request{"", "", "tls", nil, "/cgi-bin/app?/post/7"}},
		{"pygopherd", pygopherdEnv, []string{"SELECTOR=/app"}, []string{"/srv/app"}, request{"", "", "tcp", nil, "/app?/post/7"}},
		{"pygopherd, link", pygopherdEnv, []string{"SELECTOR=/app?/a%20b%2F"}, []string{"/srv/app", "/a%20b%2F"}, request{"a b/", "", "tcp", nil, "/app?/post/7"}},
		{"pygopherd, by hand", pygopherdEnv, []string{"SELECTOR=/app|a b"}, []string{"/srv/app", "a", "b"}, request{"a b", "", "tcp", nil, "/app?/post/7"}},
		{"pygopherd, search", pygopherdEnv, []string{"SELECTOR=/app?/find", "SEARCHREQUEST=/find"}, []string{"/srv/app", "/find"}, request{"find", "/find", "tcp", []string{"/find"}, "/app?/post/7"}},
		{"geomyidae", geomyidaeEnv, []string{"SCRIPT_NAME=app.cgi", "PATH_INFO=app.cgi", "QUERY_STRING=", "X_GOPHER_SEARCH="},
			[]string{"app.cgi", "", "", "gopher.example", "7070", "", "/dir/app.cgi"}, request{"", "", "tcp", nil, "/dir/app.cgi?/post/7"}},
		{"geomyidae, link and search", geomyidaeEnv, []string{"SCRIPT_NAME=app.cgi", "PATH_INFO=app.cgi", "QUERY_STRING=/find", "X_GOPHER_SEARCH=a b", "SEARCHREQUEST=a b"},
			[]string{"app.cgi", "a b", "/find", "gopher.example", "7070", "", "/dir/app.cgi?/find\ta b"}, request{"find", "a b", "tcp", []string{"a b"}, "/dir/app.cgi?/post/7"}},
		{"geomyidae, index.cgi", geomyidaeEnv, []string{"SCRIPT_NAME=index.cgi", "PATH_INFO=index.cgi", "QUERY_STRING=/x", "X_GOPHER_SEARCH=", "GOPHERS=on"},
			[]string{"index.cgi", "", "/x", "gopher.example", "7070", "", "/dir?/x"}, request{"x", "", "tls", nil, "/dir?/post/7"}},
		{"geomyidae, below index.cgi", geomyidaeEnv, []string{"SCRIPT_NAME=index.cgi", "PATH_INFO=index.cgi", "QUERY_STRING=", "X_GOPHER_SEARCH=a"},
			[]string{"index.cgi", "a", "", "gopher.example", "7070", "/post/7", "/dir/post/7\ta"}, request{"post/7", "a", "tcp", []string{"a"}, "/dir?/post/7"}},
		{"geomyidae, index.cgi at the root", geomyidaeEnv, []string{"SCRIPT_NAME=index.cgi", "PATH_INFO=index.cgi", "QUERY_STRING=", "X_GOPHER_SEARCH="},
			[]string{"index.cgi", "", "", "gopher.example", "7070", "", ""}, request{"", "", "tcp", nil, "/?/post/7"}},
		{"geomyidae with four arguments", geomyidaeEnv, []string{"SCRIPT_NAME=/app.cgi", "PATH_INFO=/app.cgi", "QUERY_STRING=/x", "X_GOPHER_SEARCH="},
			[]string{"/app.cgi", "", "/x", "gopher.example", "7070"}, request{"x", "", "tcp", nil, "/app.cgi?/post/7"}},
		{"RFC 3875", rfc3875Env, []string{"PATH_INFO=/post/8", "QUERY_STRING="}, nil, request{"post/8", "", "tcp", nil, "/app/post/7"}},
		{"RFC 3875, root", rfc3875Env, []string{"PATH_INFO=", "QUERY_STRING="}, nil, request{"", "", "tcp", nil, "/app/post/7"}},
		{"RFC 3875, search", rfc3875Env, []string{"PATH_INFO=/find", "QUERY_STRING=a b", "SEARCHREQUEST=a b"}, nil, request{"find", "a b", "tcp", []string{"a b"}, "/app/post/7"}},
		{"RFC 3875, search at the root", rfc3875Env, []string{"PATH_INFO=", "QUERY_STRING=/b", "SEARCHREQUEST=/b"}, nil, request{"", "/b", "tcp", []string{"/b"}, "/app/post/7"}},
		{"RFC 3875, path and query", rfc3875Env, []string{"PATH_INFO=/a", "QUERY_STRING=b", "SEARCHREQUEST=c"}, nil, request{"a?b", "c", "tcp", []string{"c"}, "/app/post/7"}},
		{"RFC 3875, no path", rfc3875Env, []string{"QUERY_STRING=/x"}, nil, request{"x", "", "tcp", nil, "/app?/post/7"}},
		{"bad escape", rfc3875Env, []string{"PATH_INFO=/100%"}, nil, request{"100%", "", "tcp", nil, "/app/post/7"}},
		{"forged line", rfc3875Env, []string{"PATH_INFO=/a%0D%0Ab%09c"}, nil, request{"a%0D%0Ab%09c", "", "tcp", nil, "/app/post/7"}},
	} {
		var got request
		var remote netip.AddrPort
		var out bytes.Buffer
		err := cgi.ServeCall(t.Context(), append(tt.env, tt.more...), tt.args, &out, func(q *gopherframe.Request) gopherframe.Response {
			got = request{q.Selector, q.Query, q.Transport, q.Extra, ""}
			remote = q.Remote
			return gopherframe.NewMenu().Text("x", "post/7")
		}, quiet)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		fields := strings.Split(out.String(), "\t")
		if len(fields) == 4 {
			got.Link = fields[1]
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if !strings.HasSuffix(out.String(), "\tgopher.example\t7070\r\n.\r\n") || remote.Addr() != netip.MustParseAddr("192.0.2.1") {
			t.Errorf("%s: %q for %v", tt.name, out.String(), remote)
		}
	}
}

var quiet = slog.New(slog.DiscardHandler)

// TestOddEnvironments: what servers may leave out, or fill with words.
func TestOddEnvironments(t *testing.T) {
	home := func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Text(q.Remote.String(), "x")
	}
	for name, tt := range map[string]struct {
		env  []string
		want string
		err  error
	}{
		"nothing":      {nil, "", cgi.ErrNoServer},
		"no selector":  {[]string{"REQUEST=/x", "SERVER_NAME=gopher.example"}, "", cgi.ErrNoServer},
		"only CGI":     {[]string{"GATEWAY_INTERFACE=CGI/1.1"}, "0invalid AddrPort\t?/x\tlocalhost\t70\r\n.\r\n", nil},
		"words":        {append(rfc3875Env, "SERVER_PORT=seventy", "REMOTE_ADDR=unknown"), "0invalid AddrPort\t/app?/x\tgopher.example\t70\r\n.\r\n", nil},
		"no such port": {append(rfc3875Env, "SERVER_PORT=70000", "REMOTE_ADDR=::ffff:192.0.2.2", "REMOTE_PORT=1"), "0192.0.2.2:1\t/app?/x\tgopher.example\t70\r\n.\r\n", nil},
		"forged name":  {append(rfc3875Env, "SERVER_NAME=a\tb\r\n"), "0192.0.2.1:0\t/app?/x\ta b  \t7070\r\n.\r\n", nil},
		"host only":    {[]string{"SELECTOR=/a", "REQUEST=/a", "SERVER_HOST=gopher.example"}, "0invalid AddrPort\t/a?/x\tgopher.example\t70\r\n.\r\n", nil},
	} {
		var out bytes.Buffer
		err := cgi.ServeCall(t.Context(), tt.env, nil, &out, home, quiet)
		if !errors.Is(err, tt.err) || out.String() != tt.want {
			t.Errorf("%s: %q, %v, want %q, %v", name, out.String(), err, tt.want, tt.err)
		}
	}
}

// TestLog: what goes wrong is logged, and the error of a handler is not sent.
func TestLog(t *testing.T) {
	var out, log bytes.Buffer
	h := func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(context.Context, io.Writer) error { return errors.New("secret") }}
	}
	if err := cgi.ServeCall(t.Context(), rfc3875Env, nil, &out, h, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "3Internal server error.\t\terror.host\t0\r\n.\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !strings.Contains(log.String(), "secret") {
		t.Errorf("the log is %q", log.String())
	}
}

// TestStalled: a client that takes nothing does not hold the program, nor one whose end is
// closed.
func TestStalled(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() // ends the write that hangs
	defer r.Close()
	h := func(*gopherframe.Request) gopherframe.Response { return gopherframe.Binary(make([]byte, 1<<20)) }
	for range 2 {
		var gone atomic.Bool
		cgi.ServeStalled(w, time.Millisecond, h, quiet, func() { gone.Store(true) })
		if !gone.Load() {
			t.Error("the client is not given up")
		}
		r.Close()
	}
}

// TestMenusAreCopied: an app may keep its menu, and answer with it again.
func TestMenusAreCopied(t *testing.T) {
	kept := gopherframe.NewMenu().Text("x", "post/7")
	for range 2 {
		if err := cgi.ServeCall(t.Context(), rfc3875Env, nil, io.Discard, func(*gopherframe.Request) gopherframe.Response { return kept }, quiet); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(gopherframe.NewMenu().Text("x", "post/7"), kept); diff != "" {
		t.Error(diff)
	}
}

// TestGph: what geomyidae is given as a .dcgi.
func TestGph(t *testing.T) {
	stream := func(typ gopherframe.ItemType, pieces ...string) gopherframe.Response {
		return &gopherframe.Stream{Type: typ, Write: func(_ context.Context, w io.Writer) error {
			for _, piece := range pieces {
				if _, err := io.WriteString(w, piece); err != nil {
					return err
				}
			}
			return nil
		}}
	}
	files := fstest.MapFS{"a.txt": {Data: []byte("from\r\na file")}, "a.png": {Data: []byte("\x89PNG\r\n")}}
	var none *gopherframe.Menu
	const notFound, failed = "[3|Not found.||error.host|0]\n", "[3|Internal server error.||error.host|0]\n"
	for name, tt := range map[string]struct {
		resp gopherframe.Response
		want string
	}{
		"menu": {gopherframe.NewMenu().Info("t|[a] \\").Text("A | b\\|", "a|b").Search("", "find").URL("Web", "https://example.org/?a|b").
			Add(gopherframe.Item{Type: '1', Name: "x", Selector: "/x", Host: "gopher.example"}, gopherframe.Item{Type: '|', Host: "a", Port: 7, Selector: "b\tc\n", Name: "\xe4"},
				gopherframe.Item{Type: '1', Port: 7071}),
			"[i|t\\|[a] \\ ||error.host|0]\n[0|A \\| b\\\\||/dir/app.dcgi?/a%7Cb|server|port]\n[7||/dir/app.dcgi?/find|server|port]\n[h|Web|URL:https://example.org/?a\\|b|server|port]\n" +
				"[1|x|/x|gopher.example|70]\n[\\||\xe4|b c |a|7]\n[1|||server|7071]\n"},
		"empty menu":    {gopherframe.NewMenu(), ""},
		"nil menu":      {none, failed},
		"text":          {gopherframe.Text("one\r\ntwo"), "[i|one||error.host|0]\n[i|two||error.host|0]\n"},
		"error":         {gopherframe.NotFound(""), notFound},
		"silent error":  {&gopherframe.Error{Err: errors.New("secret")}, failed},
		"file":          {&gopherframe.File{FS: files, Name: "a.txt"}, "[i|from||error.host|0]\n[i|a file||error.host|0]\n"},
		"no file":       {&gopherframe.File{FS: files, Name: "b.txt"}, notFound},
		"binary file":   {&gopherframe.File{FS: files, Name: "a.png"}, failed},
		"binary":        {gopherframe.Binary("x"), failed},
		"binary stream": {stream('9', "x"), failed},
		"text stream":   {stream('0', "a\nb", "c\n"), "[i|a||error.host|0]\n[i|bc||error.host|0]\n"},
		"menu stream": {stream('1', "iA menu\t\terror.host\t0\r\n0Dots\tdots\tgopher.example\t7070\r\n", "1x\t/x\tgopher.example\t70\r\nnot an item\r\n.\r\n"),
			"[i|A menu||error.host|0]\n[0|Dots|/dir/app.dcgi?/dots|gopher.example|7070]\n[1|x|/x|gopher.example|70]\n[i|not an item||error.host|0]\n"},
	} {
		var out bytes.Buffer
		env := append(geomyidaeEnv, "SCRIPT_NAME=app.dcgi")
		args := []string{"app.dcgi", "", "", "gopher.example", "7070", "", "/dir/app.dcgi"}
		if err := cgi.ServeCall(t.Context(), env, args, &out, func(*gopherframe.Request) gopherframe.Response { return tt.resp }, quiet); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// FuzzEscape: every selector comes back as it was, and no server sees anything in it that it
// refuses or changes.
func FuzzEscape(f *testing.F) {
	for _, selector := range []string{"", "/", "//", "a/", "a//b", "../x", "a./.b", "...", "a b", " ", "%2F", "ü#?;|\\", odd} {
		f.Add(selector)
	}
	f.Fuzz(func(t *testing.T, selector string) {
		if strings.ContainsAny(selector, "\r\n\t\x00") {
			t.Skip("no selector")
		}
		escaped := cgi.Escape(selector)
		if got := cgi.Unescape(escaped); got != selector {
			t.Errorf("%q became %q by %q", selector, got, escaped)
		}
		whole := "/app?/" + escaped
		for _, bad := range []string{"..", "./", "//", "/.", "\\", " ", "#", ";", "|"} {
			if strings.Contains(whole, bad) {
				t.Errorf("%q in %q, of %q", bad, whole, selector)
			}
		}
		if strings.HasSuffix(escaped, "/") || strings.Contains(escaped, "?") {
			t.Errorf("%q, of %q", escaped, selector)
		}
	})
}

func ExampleServe() {
	r := gopherframe.NewRouter()
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Text("A greeting", "hello/gophers")
	})
	r.Handle("hello/{name}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("hello " + q.Param("name"))
	})
	if err := cgi.Serve(r.Respond); errors.Is(err, cgi.ErrNoServer) {
		fmt.Println("This is a program for a Gopher server.")
	}
	// Output: This is a program for a Gopher server.
}
