package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopherframe"
	"gopherframe/listen/web"
	"gopherframe/middleware"
)

type ctx = context.Context

func fail(err error) gopherframe.Handler { return answers(gopherframe.Fail(err)) }

// TestErrors: errors are pages with the status and the text of each.
func TestErrors(t *testing.T) {
	never := func(ctx, io.Writer) error { return io.ErrUnexpectedEOF }
	for _, tt := range []struct {
		name   string
		target string
		h      gopherframe.Handler
		status int
		text   string
	}{
		{"not found", "/1/x", answers(gopherframe.NotFound("")), 404, "Not found."},
		{"own text", "/1/x", answers(gopherframe.NotFound("No <b>such</b> shelf.")), 404, "No &lt;b&gt;such&lt;/b&gt; shelf."},
		{"bad selector", "/1/x", answers(&gopherframe.Error{Text: gopherframe.BadSelectorText}), 400, "Bad selector."},
		{"busy", "/1/x", answers(&gopherframe.Error{Text: gopherframe.BusyText}), 503, "Server busy."},
		{"timed out", "/1/x", fail(context.DeadlineExceeded), 504, "Timed out."},
		{"secret", "/1/x", fail(errors.New("/etc/secret")), 500, "Internal server error."},
		{"no text", "/1/x", answers(&gopherframe.Error{}), 500, "Internal server error."},
		{"nil error", "/1/x", answers((*gopherframe.Error)(nil)), 500, "Internal server error."},
		{"nil menu", "/1/x", answers((*gopherframe.Menu)(nil)), 500, "Internal server error."},
		{"nil", "/1/x", answers(nil), 500, "Internal server error."},
		{"pass", "/1/x", answers(gopherframe.Pass), 404, "Not found."},
		{"panic", "/1/x", func(*gopherframe.Request) gopherframe.Response { panic("boom") }, 500, "Internal server error."},
		{"embedded", "/1/x", answers(struct{ gopherframe.Response }{}), 500, "Internal server error."},
		{"no file", "/0/x", answers(&gopherframe.File{FS: fstest.MapFS{}, Name: "x"}), 404, "Not found."},
		{"failed stream", "/0/x", answers(&gopherframe.Stream{Type: '0', Write: never}), 500, "Internal server error."},
		{"failed binary stream", "/9/x", answers(&gopherframe.Stream{Type: '9', Write: never}), 500, "Internal server error."},
		{"failed menu stream", "/1/x", answers(&gopherframe.Stream{Type: '1', Write: never}), 500, "Internal server error."},
		{"missing stream", "/9/x", answers(&gopherframe.Stream{Write: func(ctx, io.Writer) error { return fs.ErrNotExist }}), 404, "Not found."},
		{"panicking stream", "/0/x", answers(&gopherframe.Stream{Type: '0', Write: func(ctx, io.Writer) error { panic("boom") }}), 500, "Internal server error."},
		{"too long", "/0/" + strings.Repeat("x", 2049), answers(gopherframe.Text("")), 400, "Request line too long."},
		{"query too long", "/7/x?q=" + strings.Repeat("x", 2047), answers(gopherframe.Text("")), 400, "Request line too long."},
		{"line end", "/0/a%0Ab", answers(gopherframe.Text("")), 400, "Bad selector."},
		{"tab", "/0/a%09b", answers(gopherframe.Text("")), 400, "Bad selector."},
		{"NUL", "/0/a%00b", answers(gopherframe.Text("")), 400, "Bad selector."},
		{"no file of the theme", "/-theme/../x", answers(gopherframe.Text("")), 404, "Not found."},
	} {
		status, page := get(t, web.Handler(tt.h, web.Config{Log: quiet}), tt.target)
		if status != tt.status || !strings.Contains(page, `<p class="error">`+tt.text+"</p>") || strings.Contains(page, "secret") {
			t.Errorf("%s: %d, want %d and %q in\n%s", tt.name, status, tt.status, tt.text, page)
		}
		if page != "" && !strings.HasSuffix(page, "</html>\n") {
			t.Errorf("%s: the page is not whole", tt.name)
		}
	}
}

func TestMethods(t *testing.T) {
	h := web.Handler(answers(gopherframe.Text("hello")), web.Config{})
	if got := do(web.Handler(answers(&gopherframe.Error{Text: gopherframe.BusyText}), web.Config{}), "GET", "/").Header.Get("Retry-After"); got != "5" {
		t.Errorf("a busy server asks to wait for %q", got)
	}
	for method, status := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 204, "POST": 405, "PUT": 405, "DELETE": 405, "CONNECT": 405, "PROPFIND": 405} {
		r := do(h, method, "/0/x")
		if r.StatusCode != status || (status == 204 || status == 405) != (r.Header.Get("Allow") == "GET, HEAD, OPTIONS") {
			t.Errorf("%s: %d, %v", method, r.StatusCode, r.Header)
		}
	}
}

// TestContent: the media type, the name and the sandbox of content.
func TestContent(t *testing.T) {
	png := gopherframe.Binary("\x89PNG\r\n\x1a\n")
	html := gopherframe.Binary("<script>alert(1)</script>")
	site := fstest.MapFS{
		"a.svg":  {Data: []byte("<svg onload=alert(1)>")},
		"a.html": {Data: []byte("<script>alert(1)</script>")},
		"a.pdf":  {Data: []byte("%PDF")},
		"a.js":   {Data: []byte("alert(1)")},
		"a.css":  {Data: []byte("p{}")},
		"a.mp3":  {Data: []byte("ID3")},
		"x":      {Data: []byte("<html><script>alert(1)</script>")},
	}
	file := func(name string) gopherframe.Response { return &gopherframe.File{FS: site, Name: name} }
	for _, tt := range []struct {
		target    string
		resp      gopherframe.Response
		mime      string
		attached  string
		isContent bool
	}{
		{"/I/x", png, "text/html; charset=utf-8", "", false},
		{"/I/x?raw", png, "image/png", "", true},
		{"/I/x?raw", html, "application/octet-stream", "attachment; filename*=UTF-8''x", true},
		{"/I/x.html?raw", html, "application/octet-stream", "attachment; filename*=UTF-8''x.html", true},
		{"/9/x.html", html, "application/octet-stream", "attachment; filename*=UTF-8''x.html", true},
		{"/9/a%22%3B%20b%0a", html, "text/html; charset=utf-8", "", false}, // an error
		{"/9/dir/a%22%3B%20b", html, "application/octet-stream", "attachment; filename*=UTF-8''a%22%3B%20b", true},
		{"/9/%ff", html, "application/octet-stream", "attachment; filename*=UTF-8''%C3%BF", true},
		{"/9/", html, "application/octet-stream", "attachment; filename*=UTF-8''download", true},
		{"/h/x", html, "text/html; charset=utf-8", "", true},
		{"/0/x", html, "text/html; charset=utf-8", "", false},
		{"/0/x?raw", html, "text/plain; charset=utf-8", "", true},
		{"/0/x?raw", gopherframe.Text("<script>"), "text/plain; charset=utf-8", "", true},
		{"/s/x?raw", gopherframe.Binary("OggS\x00"), "application/ogg", "", true},
		{"/I/a.svg?raw", file("a.svg"), "image/svg+xml", "", true},
		{"/9/a.svg", file("a.svg"), "text/html; charset=utf-8", "", false}, // the file is a picture, whatever the link says
		{"/h/a.html", file("a.html"), "text/html; charset=utf-8", "", true},
		{"/9/a.html", file("a.html"), "text/html; charset=utf-8", "", true},
		{"/h/x", file("x"), "text/html; charset=utf-8", "", true},
		{"/9/a.pdf", file("a.pdf"), "application/pdf", "attachment; filename*=UTF-8''a.pdf", true},
		{"/0/a.js?raw", file("a.js"), "text/plain; charset=utf-8", "", true},
		{"/0/a.css?raw", file("a.css"), "text/css; charset=utf-8", "", true},
		{"/s/a.mp3", file("a.mp3"), "text/html; charset=utf-8", "", false},
		{"/s/a.mp3?raw", file("a.mp3"), "audio/mpeg", "", true},
		{"/h/a.svg", file("a.svg"), "image/svg+xml", "", true}, // a part of an HTML page
		{"/h/a.css", file("a.css"), "text/css; charset=utf-8", "", true},
		{"/h/a.css", gopherframe.Text("p{}"), "text/css; charset=utf-8", "", true},
		{"/h/a.txt", gopherframe.Text("p{}"), "text/html; charset=utf-8", "", false},
		{"/0/a.css", gopherframe.Text("p{}"), "text/html; charset=utf-8", "", false},
		{"/0/a.css?raw", gopherframe.Text("p{}"), "text/css; charset=utf-8", "", true},
		{"/0/a.html?raw", gopherframe.Text("<script>"), "text/plain; charset=utf-8", "", true},
		{"/robots.txt", gopherframe.Text("User-agent: *"), "text/plain; charset=utf-8", "", true},
		{"/caps.txt", gopherframe.Text("CAPS"), "text/plain; charset=utf-8", "", true},
		{"/robots.txt", gopherframe.NotFound(""), "text/plain; charset=utf-8", "", true},
	} {
		r := do(web.Handler(answers(tt.resp), web.Config{}), "GET", tt.target)
		if got := r.Header.Get("Content-Type"); got != tt.mime {
			t.Errorf("%s: %s, want %s", tt.target, got, tt.mime)
		}
		if got := r.Header.Get("Content-Disposition"); got != tt.attached {
			t.Errorf("%s: %q, want %q", tt.target, got, tt.attached)
		}
		policy := r.Header.Get("Content-Security-Policy")
		if strings.HasPrefix(policy, "sandbox;") != tt.isContent || !strings.Contains(policy, "default-src 'none'") ||
			!strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "allow-") {
			t.Errorf("%s: the policy is %q", tt.target, policy)
		}
		if r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", tt.target, r.Header)
		}
	}
}

// TestFiles: a file is sent in parts and conditionally, as it is.
func TestFiles(t *testing.T) {
	changed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	site := fstest.MapFS{"a.bin": {Data: []byte("0123456789"), ModTime: changed}}
	h := web.Handler(answers(&gopherframe.File{FS: site, Name: "a.bin"}), web.Config{})
	for _, tt := range []struct {
		header []string
		status int
		want   string
	}{
		{nil, 200, "0123456789"},
		{[]string{"Range", "bytes=2-4"}, 206, "234"},
		{[]string{"Range", "bytes=-1"}, 206, "9"},
		{[]string{"Range", "bytes=20-"}, 416, "invalid range: failed to overlap\n"},
		{[]string{"If-Modified-Since", changed.Format(http.TimeFormat)}, 304, ""},
		{[]string{"If-Range", changed.Add(-time.Hour).Format(http.TimeFormat), "Range", "bytes=2-4"}, 200, "0123456789"},
	} {
		r := do(h, "GET", "/9/a.bin", tt.header...)
		if got := body(t, r); r.StatusCode != tt.status || got != tt.want {
			t.Errorf("%q: %d, %q", tt.header, r.StatusCode, got)
		}
	}
	r := do(web.Handler(answers(gopherframe.Text("0123456789")), web.Config{}), "GET", "/0/x?raw", "Range", "bytes=2-4")
	if got := body(t, r); r.StatusCode != 206 || got != "234" {
		t.Errorf("a part of a text: %d, %q", r.StatusCode, got)
	}
	stream := &gopherframe.Stream{Type: '9', Write: func(_ ctx, w io.Writer) error { _, err := io.WriteString(w, "0123456789"); return err }}
	for _, resp := range []gopherframe.Response{stream, gopherframe.Binary("0123456789")} {
		r := do(web.Handler(answers(resp), web.Config{}), "GET", "/9/x", "Range", "bytes=2-4")
		if got := body(t, r); r.StatusCode != 200 || got != "0123456789" {
			t.Errorf("%T: %d, %q", resp, r.StatusCode, got)
		}
	}
}

// TestHooks: what a middleware does around an exchange over Gopher, it does over HTTP.
func TestHooks(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	r := gopherframe.NewRouter()
	r.Handle("hello/{name}", func(q *gopherframe.Request) gopherframe.Response {
		if !q.Served() || q.Transport != "http" || q.Host != "gopher.example" || q.Port != 7070 || q.Remote.String() != "192.0.2.1:1234" {
			t.Errorf("%+v", q)
		}
		q.Annotate(slog.String("note", "taken"))
		return gopherframe.Text("hello")
	})
	h := web.Handler(middleware.Logger(logger)(r.Respond), web.Config{Public: "gopher.example:7070", Log: quiet})
	if status, _ := get(t, h, "/0/hello/world?raw"); status != 200 {
		t.Error(status)
	}
	get(t, h, "/0/none")
	has(t, log.String(), "selector=hello/world pattern=hello/{name} query=0 transport=http remote=192.0.2.1:1234 bytes=5 ", "outcome=ok note=taken", "selector=none", "outcome=refused")
}

func TestProxy(t *testing.T) {
	app := answers(gopherframe.NewMenu().Add(gopherframe.Item{Type: '1', Name: "far", Selector: "a b", Host: "far.example"}))
	for proxy, want := range map[string]string{
		"":                      "gopher://far.example/1a%20b",
		"https://p.example/":    "https://p.example/far.example/1a%20b",
		"https://p.example/?a=": "https://p.example/?a=gopher%3A%2F%2Ffar.example%2F1a%2520b",
	} {
		_, page := get(t, web.Handler(app, web.Config{Proxy: proxy}), "/")
		has(t, page, `href="`+want+`"`)
	}
	for _, bad := range []web.Config{{Proxy: "javascript:alert(1)"}, {Proxy: "/x"}, {Proxy: "https://p.example"}, {Proxy: "https://p.example:80"},
		{Proxy: "https://p.example/gopher"}, {Proxy: "https://p.example/#"}, {Proxy: "https://p.example/#/"}, {Proxy: "https://p.example/?a=#"}, {Proxy: "https://u:p@p.example/"},
		{Public: "x"}, {Public: "x:0"},
		{Prefix: "x"}, {Prefix: "/"}, {Prefix: "//x"}, {Prefix: "/ "}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is accepted", bad)
				}
			}()
			web.Handler(app, bad)
		}()
	}
}

// TestAbort: an exchange that the app aborts, or that fails in its midst, is no whole answer.
func TestAbort(t *testing.T) {
	half := func(_ ctx, w io.Writer) error {
		io.WriteString(w, "half")
		return errors.New("broken")
	}
	for name, h := range map[string]gopherframe.Handler{
		"abort":       func(*gopherframe.Request) gopherframe.Response { panic(gopherframe.Abort) },
		"text":        answers(&gopherframe.Stream{Type: '0', Write: half}),
		"binary":      answers(&gopherframe.Stream{Type: '9', Write: half}),
		"menu":        answers(&gopherframe.Stream{Type: '1', Write: func(c ctx, w io.Writer) error { io.WriteString(w, "ix\t\t\t0\r\n"); return half(c, w) }}),
		"panics late": answers(&gopherframe.Stream{Type: '9', Write: func(_ ctx, w io.Writer) error { io.WriteString(w, "half"); panic("boom") }}),
	} {
		server := httptest.NewServer(web.Handler(h, web.Config{Log: quiet}))
		r, err := client(t, &http.Transport{}).Get(server.URL + "/9/x")
		if err == nil {
			_, err = io.ReadAll(r.Body)
			r.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: the answer looks whole", name)
		}
		server.Close()
	}
}
