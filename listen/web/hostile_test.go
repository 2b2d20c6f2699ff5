package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

// hostile is text that would be markup, a header or a script if it were not escaped.
const hostile = "\"'><script>alert(1)</script>\r\nSet-Cookie: a=b\r\n\r\n</pre></title><!--{{.Title}}javascript:alert(1)\x00\x1b[31m\xff"

// TestInjection: hostile text in every field, of the app and of the request, becomes neither
// an element nor a header.
func TestInjection(t *testing.T) {
	theme, err := web.ParseTheme(fstest.MapFS{"theme.json": {Data: []byte(`{"title": "</title><script>alert(1)</script>"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	all := gopherframe.NewMenu()
	for c := range 256 {
		typ := gopherframe.ItemType(c)
		all.Add(gopherframe.Item{Type: typ, Name: hostile, Selector: hostile},
			gopherframe.Item{Type: typ, Name: hostile, Selector: "URL:" + hostile},
			gopherframe.Item{Type: typ, Name: hostile, Selector: "URL:javascript:alert(1)"},
			gopherframe.Item{Type: typ, Name: hostile, Selector: "URL:https://x.example/" + hostile},
			gopherframe.Item{Type: typ, Name: hostile, Selector: hostile, Host: hostile, Port: -1},
			gopherframe.Item{Type: typ, Name: hostile, Selector: hostile, Host: "javascript:alert(1)//", Port: 70})
	}
	stream := func(typ gopherframe.ItemType) gopherframe.Response {
		return &gopherframe.Stream{Type: typ, Write: func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, "1"+hostile); return err }}
	}
	site := fstest.MapFS{"x": {Data: []byte(hostile)}, hostile + ".txt": {Data: []byte(hostile)}}
	for name, resp := range map[string]gopherframe.Response{
		"menu": all, "small menu": &gopherframe.Menu{Items: all.Items[:900]}, "text": gopherframe.Text(hostile), "binary": gopherframe.Binary(hostile),
		"error": &gopherframe.Error{Text: hostile, Err: errors.New(hostile)}, "text stream": stream('0'), "menu stream": stream('1'), "stream": stream('9'),
		"file": &gopherframe.File{FS: site, Name: "x"}, "text file": &gopherframe.File{FS: site, Name: hostile + ".txt"}, "none": &gopherframe.File{FS: site, Name: hostile},
	} {
		h := web.Handler(answers(resp), web.Config{Theme: theme, Log: quiet, Public: "gopher.example:70", Proxy: "https://p.example/?u="})
		quoted := strings.NewReplacer("%0D", "", "%0A", "", "%00", "").Replace(percent(hostile))
		for _, typ := range []string{"0", "1", "7", "9", "h", "I", "g", "s", "i", "%22", "%3C", "%FF"} {
			for _, query := range []string{"", "?q=" + percent(hostile), "?raw", "?feed=atom"} {
				r := do(h, "GET", "/"+typ+"/dir/"+quoted+query)
				page := body(t, r)
				for key, values := range r.Header {
					if key == "Set-Cookie" || strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
						t.Errorf("%s, %s%s: the header is %v", name, typ, query, r.Header)
					}
				}
				if strings.HasPrefix(r.Header.Get("Content-Security-Policy"), "sandbox;") {
					continue // it may have what it likes
				}
				if strings.Contains(page, "<script") || strings.Contains(page, "<!--") || strings.Contains(page, `="javascript:`) || strings.Contains(page, "ZgotmplZ") {
					t.Errorf("%s, %s%s: %s", name, typ, query, page)
				}
			}
		}
	}
}

func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

// TestTraversal: no path leads out of a directory, or goes round the guard of another path.
func TestTraversal(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"secret.txt": "secret", "site/a.txt": "open", "site/.hidden": "secret", "site/guarded/x.txt": "secret"} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site, err := files.Dir(filepath.Join(dir, "site"))
	if err != nil {
		t.Fatal(err)
	}
	defer site.(io.Closer).Close()
	r := gopherframe.NewRouter()
	r.Handle("guarded/{rest...}", answers(gopherframe.NotFound("")))
	r.Mount("", files.Server(site))
	h := web.Handler(r.Respond, web.Config{})
	if _, page := get(t, h, "/0/a.txt?raw"); page != "open" {
		t.Errorf("%q", page)
	}
	for _, path := range []string{"../secret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "/../secret.txt", "a/../../secret.txt", "%2F..%2F..%2Fsecret.txt", "..%5Csecret.txt", ".hidden",
		"guarded/x.txt", "/guarded/x.txt", "//guarded/x.txt", "%67uarded/x.txt", "guarded%2Fx.txt", "./guarded/x.txt", "a/../guarded/x.txt", "guarded//x.txt"} {
		for _, typ := range []string{"0", "1", "9", "h"} {
			for _, query := range []string{"?raw", ""} {
				if status, page := get(t, h, "/"+typ+"/"+path+query); strings.Contains(page, "secret\n") || page == "secret" || status == 200 {
					t.Errorf("/%s/%s%s: %d, %s", typ, path, query, status, page)
				}
			}
		}
	}
}

// TestHugeMenu: a menu of 100,000 items is sent whole, and is not held in memory as a page.
func TestHugeMenu(t *testing.T) {
	m := gopherframe.NewMenu()
	for i := range 100_000 {
		m.Text(fmt.Sprintf("item %d <b>", i), fmt.Sprintf("dir/item %d", i))
	}
	server := httptest.NewServer(web.Handler(answers(m), web.Config{}))
	defer server.Close()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	runtime.GC()
	runtime.ReadMemStats(&after) // the answer is under way: nobody has read it
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("%d bytes are held", grown)
	}
	items := 0
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), `<li class="text"`) {
			items++
		}
	}
	if items != 100_000 {
		t.Errorf("%d items", items)
	}
}

// TestGoneFromHugeMenu: a menu whose client has gone is not rendered to its end.
func TestGoneFromHugeMenu(t *testing.T) {
	m := gopherframe.NewMenu()
	for i := range 100_000 {
		m.Text("item", fmt.Sprint(i))
	}
	ended := make(chan gopherframe.Sent, 1)
	addr, _ := start(t, &web.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(s gopherframe.Sent) { ended <- s })
		return m
	})
	c := dial(t, addr)
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	io.ReadFull(c, make([]byte, 1000))
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
	if sent := <-ended; sent.Err == nil || sent.Bytes > 20<<20 {
		t.Errorf("%+v", sent)
	}
}

// TestSmuggling: what is no request is refused, and a header changes nothing that the app
// sees.
func TestSmuggling(t *testing.T) {
	addr, _ := start(t, &web.Listener{Limits: listen.Limits{LineTimeout: 2 * time.Second}}, func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(fmt.Sprintf("%s %s %d %v", q.Selector, q.Host, q.Port, q.Remote.Addr()))
	})
	_, port, _ := net.SplitHostPort(addr)
	for request, want := range map[string]string{
		"GET /0/x?raw HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=1.2.3.4\r\nConnection: close\r\n\r\n": "x 127.0.0.1 " + port + " 127.0.0.1",
		"GET http://evil.example/0/x?raw HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n":                                                                      "x 127.0.0.1 " + port + " 127.0.0.1",
		"CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n":                                                                           "405 Method Not Allowed",
		"GET / HTTP/1.1\r\n\r\n":                                    "400 Bad Request",
		"GET /0/%zz HTTP/1.1\r\nHost: x\r\n\r\n":                    "400 Bad Request",
		"GET /0/a b HTTP/1.1\r\nHost: x\r\n\r\n":                    "400 Bad Request",
		"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n": "501",
		"about.txt\r\n": "400 Bad Request",
		"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n": "400 Bad Request",
	} {
		c := dial(t, addr)
		io.WriteString(c, request)
		got, err := io.ReadAll(c)
		if !strings.Contains(string(got), want) {
			t.Errorf("%q: %q, %v, want %q", request, got, err, want)
		}
	}
}
