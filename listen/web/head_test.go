package web_test

import (
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"gopherframe"
	"gopherframe/listen/web"
)

// TestHead: HEAD has the header of GET and no body.
func TestHead(t *testing.T) {
	site := fstest.MapFS{"a.bin": {Data: []byte("\x00\x01")}, "a.txt": {Data: []byte("text")}, "a.png": {Data: []byte("\x89PNG\r\n\x1a\n")}}
	stream := func(typ gopherframe.ItemType, text string, err error) gopherframe.Response {
		return &gopherframe.Stream{Type: typ, Write: func(_ ctx, w io.Writer) error {
			if text == "" {
				return err
			}
			_, err := io.WriteString(w, text)
			return err
		}}
	}
	many := gopherframe.NewMenu()
	for range 2000 {
		many.Info("x")
	}
	for target, resp := range map[string]gopherframe.Response{
		"/1/":      gopherframe.NewMenu().Info("x"),
		"/1/many":  many,
		"/0/x":     gopherframe.Text("hello"),
		"/0/x?raw": gopherframe.Text("hello"),
		"/9/x":     gopherframe.Binary("hello"),
		"/9/a.bin": &gopherframe.File{FS: site, Name: "a.bin"},
		"/0/a.txt": &gopherframe.File{FS: site, Name: "a.txt"},
		"/I/a.png": &gopherframe.File{FS: site, Name: "a.png"},
		"/1/none":  gopherframe.NotFound(""),
		"/7/find":  gopherframe.NotFound(""),
		"/0/s":     stream('0', "text", nil),
		"/0/s?raw": stream('0', "caf\xe9", nil),
		"/I/s?raw": stream('I', "\x89PNG\r\n\x1a\n", nil),
		"/I/s":     stream('I', "", io.ErrUnexpectedEOF),
		"/9/s":     stream('9', "", nil),
		"/1/s":     stream('1', "ix\t\t\t0\r\n", nil),
		"/0/fails": stream('0', "", gopherframe.NotFound("")),
		"/9/fails": stream('9', "", io.ErrUnexpectedEOF),
		"/1/fails": stream('1', "", gopherframe.NotFound("")),
	} {
		var sent gopherframe.Sent
		h := web.Handler(func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(s gopherframe.Sent) { sent = s })
			return resp
		}, web.Config{Log: quiet})
		r := do(h, "HEAD", target)
		if got := body(t, r); got != "" || sent.Bytes != 0 {
			t.Errorf("%s: %q, %+v", target, got, sent)
		}
		g := do(h, "GET", target)
		for _, name := range []string{"Content-Type", "Content-Length", "Last-Modified", "Accept-Ranges", "Content-Security-Policy"} {
			if name == "Content-Length" && r.Header.Get(name) == "" && strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				continue // the length of a page may be known only when it is made, RFC 9110 section 9.3.2
			}
			if r.Header.Get(name) != g.Header.Get(name) {
				t.Errorf("%s: %s is %q, and of GET %q", target, name, r.Header.Get(name), g.Header.Get(name))
			}
		}
		if r.StatusCode != g.StatusCode {
			t.Errorf("%s: %d, and of GET %d", target, r.StatusCode, g.StatusCode)
		}
	}
	waits := &gopherframe.Stream{Type: '9', Write: func(c ctx, w io.Writer) error {
		io.WriteString(w, "first")
		<-c.Done()
		return c.Err()
	}}
	if r := do(web.Handler(answers(waits), web.Config{}), "HEAD", "/9/x"); r.StatusCode != 200 {
		t.Errorf("a stream without end: %d", r.StatusCode)
	}
}
