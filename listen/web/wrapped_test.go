package web_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen/web"
)

// TestNoFlush: streams arrive whole through a middleware whose ResponseWriter cannot flush.
func TestNoFlush(t *testing.T) {
	for _, typ := range []string{"0", "1", "9"} {
		h := web.Handler(answers(&gopherframe.Stream{Type: gopherframe.ItemType(typ[0]), Write: func(_ ctx, w io.Writer) error {
			for range 3 {
				if _, err := io.WriteString(w, "iline\t\t\t0\r\n"); err != nil {
					return err
				}
			}
			return nil
		}}), web.Config{Log: quiet})
		server := httptest.NewServer(http.TimeoutHandler(h, time.Minute, "late"))
		r, err := client(t, &http.Transport{}).Get(server.URL + "/" + typ + "/x")
		if err != nil {
			t.Fatal(err)
		}
		if got := body(t, r); r.StatusCode != 200 || strings.Count(got, "line") != 3 {
			t.Errorf("type %s: %d, %q", typ, r.StatusCode, got)
		}
		server.Close()
	}
}

// TestSlowHook: what runs after an answer does not hold it back.
func TestSlowHook(t *testing.T) {
	for _, path := range []string{"/0/x", "/0/x?raw", "/9/x"} {
		release := make(chan struct{})
		addr, _ := start(t, &web.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(gopherframe.Sent) { <-release })
			return gopherframe.Text("the text")
		})
		c := dial(t, addr)
		io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		has(t, body(t, r), "the text") // to its end
		close(release)
	}
}
