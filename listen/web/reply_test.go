package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

// TestTexts: texts, from memory and from files, have the media type of their names and
// parts. Their character set is named if it is UTF-8.
func TestTexts(t *testing.T) {
	long := strings.Repeat("ä", 40<<10)
	site := fstest.MapFS{
		"a.css":     {Data: []byte("p{}")},
		"a.txt":     {Data: []byte("text\n")},
		"latin.txt": {Data: []byte("caf\xe9\n")},
		"long.txt":  {Data: []byte("x" + long)},
		"none.txt":  {},
	}
	apps := map[string]gopherframe.Handler{
		"File":   files.Server(site),
		"Text":   func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Text(site[q.Selector].Data) },
		"Binary": func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Binary(site[q.Selector].Data) },
	}
	const utf8, other = "text/plain; charset=utf-8", "text/plain"
	for _, tt := range []struct {
		target, ranges string
		status         int
		mime, want     string
	}{
		{"/0/a.css?raw", "", 200, "text/css; charset=utf-8", "p{}"},
		{"/0/a.txt?raw", "", 200, utf8, "text\n"},
		{"/0/a.txt?raw", "bytes=1-2", 206, utf8, "ex"},
		{"/0/a.txt?raw", "bytes=9-", 416, utf8, "invalid range: failed to overlap\n"},
		{"/0/none.txt?raw", "", 200, utf8, ""},
		{"/0/long.txt?raw", "", 200, utf8, "x" + long},
		{"/0/long.txt?raw", "bytes=0-2", 206, utf8, "xä"},
		{"/0/latin.txt?raw", "", 200, other, "caf\xe9\n"},
	} {
		var header []string
		if tt.ranges != "" {
			header = []string{"Range", tt.ranges}
		}
		for name, app := range apps {
			if tt.ranges != "" && name == "Binary" {
				continue // is always sent whole
			}
			r := do(web.Handler(app, web.Config{}), "GET", tt.target, header...)
			if got := body(t, r); got != tt.want || r.StatusCode != tt.status || r.StatusCode < 300 && r.Header.Get("Content-Type") != tt.mime {
				t.Errorf("%s %s of a %s: %d, %s, %.50q", tt.target, tt.ranges, name, r.StatusCode, r.Header.Get("Content-Type"), got)
			}
		}
	}
}

// TestParameters: a path without a type keeps what is asked for, and what cannot be read is
// no query.
func TestParameters(t *testing.T) {
	h := web.Handler(answers(gopherframe.Text("text")), web.Config{Log: quiet})
	for _, tt := range []struct {
		target   string
		status   int
		location string
	}{
		{"/phlog?feed=atom", 302, "/1/phlog?feed=atom"},
		{"/phlog?q=a+b&feed=atom", 302, "/1/phlog?q=a%20b&feed=atom"},
		{"/a.txt?raw", 302, "/0/a.txt?raw"},
		{"/a.txt", 302, "/0/a.txt"},
		{"/7/find?q=a;b", 400, ""},
		{"/7/find?q=%zz", 400, ""},
		{"/7/find?q=a%3Bb", 200, ""},
	} {
		r := do(h, "GET", tt.target)
		if got := r.Header.Get("Location"); r.StatusCode != tt.status || got != tt.location {
			t.Errorf("%s: %d, %q", tt.target, r.StatusCode, got)
		}
	}
}

// TestRefusalLog: requests for which the app is not asked are in the log.
func TestRefusalLog(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	h := web.Handler(answers(gopherframe.Text("text")), web.Config{Log: logger})
	line := func(path, reason string) string {
		return fmt.Sprintf("level=INFO msg=%q remote=192.0.2.1:1234 path=%s error=%s\n", "gopherframe: no request", path, reason)
	}
	long := "/0/" + strings.Repeat("x", 3000)
	for _, tt := range []struct{ method, target, want string }{
		{"GET", "/0/x", ""},
		{"GET", "/7/x?q=a", ""},
		{"GET", "/7/x", line("/7/x", `"a search without words"`)},
		{"POST", "/0/x", line("/0/x", `"Method not allowed."`)},
		{"GET", "/0/a%00", line("/0/a%00", `"Bad selector."`)},
		{"GET", "/-theme/none", line("/-theme/none", `"Not found."`)},
		{"GET", long, line(long[:200], `"Request line too long."`)},
	} {
		log.Reset()
		do(h, tt.method, tt.target)
		if diff := cmp.Diff(tt.want, log.String()); diff != "" {
			t.Errorf("%s %.20s (-want +got):\n%s", tt.method, tt.target, diff)
		}
	}
}

// TestLongNames: the name of a file to be saved has at most 255 bytes and keeps its
// extension.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("ä", 200)
	escaped := func(n int) string { return strings.Repeat("%C3%A4", n) }
	for selector, want := range map[string]string{
		long:                     escaped(127),
		long + ".zip":            escaped(125) + ".zip",
		"x" + long + ".tar.gz":   "x" + escaped(125) + ".gz",
		"x." + long:              "x." + escaped(126),
		strings.Repeat("x", 255): strings.Repeat("x", 255),
	} {
		r := do(web.Handler(answers(gopherframe.Binary("x")), web.Config{}), "GET", "/9/"+percent(selector))
		if got := r.Header.Get("Content-Disposition"); got != "attachment; filename*=UTF-8''"+want {
			t.Errorf("%s: %s", selector, got)
		}
	}
}

// TestAssetCache: only a path with the version of the theme is fresh without being asked
// for again.
func TestAssetCache(t *testing.T) {
	h := web.Handler(answers(gopherframe.NewMenu()), web.Config{})
	_, page := get(t, h, "/")
	_, rest, _ := strings.Cut(page, `rel="stylesheet" href="`)
	style, _, _ := strings.Cut(rest, `"`)
	for target, want := range map[string]string{style: "max-age=3600", "/-theme/icons.svg": "no-cache", "/-theme/style.css?v=old": "no-cache"} {
		r := do(h, "GET", target)
		if got := r.Header.Get("Cache-Control"); r.StatusCode != 200 || got != want || r.Header.Get("Etag") == "" {
			t.Errorf("%s: %d, %v", target, r.StatusCode, r.Header)
		}
	}
}

// TestBusyHeader: the answer for which there is no room is as safe as any other.
func TestBusyHeader(t *testing.T) {
	began, goOn := make(chan struct{}), make(chan struct{})
	addr, _ := start(t, &web.Listener{Limits: listen.Limits{MaxConns: 1}}, func(*gopherframe.Request) gopherframe.Response {
		close(began)
		<-goOn
		return gopherframe.Text("x")
	})
	defer close(goOn)
	fmt.Fprint(dial(t, addr), "GET /0/x HTTP/1.1\r\nHost: x\r\n\r\n")
	<-began
	r, err := http.ReadResponse(bufio.NewReader(dial(t, addr)), nil) // it comes unasked
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, r); r.StatusCode != 503 || r.Header.Get("X-Content-Type-Options") != "nosniff" || got != "Server busy.\n\n" {
		t.Errorf("%d, %v, %q", r.StatusCode, r.Header, got)
	}
}
