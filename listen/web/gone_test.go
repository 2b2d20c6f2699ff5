package web_test

import (
	"crypto/tls"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen/web"
)

// TestGoneWhileWaiting: a client that has gone ends the context of its request, whatever it
// sent besides.
func TestGoneWhileWaiting(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells of a connection that is not read")
	}
	for _, tt := range []struct{ name, request string }{
		{"nothing", "GET /9/x HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"a body", "GET /9/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345"},
		{"a chunked body", "GET /9/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"},
		{"the beginning of another request", "GET /9/x HTTP/1.1\r\nHost: x\r\n\r\nG"},
	} {
		for _, secure := range []bool{false, true} {
			for _, reset := range []bool{false, true} {
				began, ended := make(chan struct{}), make(chan struct{})
				l := &web.Listener{}
				if secure {
					l.Config = selfSigned(t)
				}
				addr, _ := start(t, l, func(q *gopherframe.Request) gopherframe.Response {
					close(began)
					<-q.Context().Done()
					close(ended)
					return gopherframe.Text("x")
				})
				c := dial(t, addr)
				asking := c
				if secure {
					asking = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
				}
				io.WriteString(asking, tt.request)
				<-began
				if reset {
					c.(*net.TCPConn).SetLinger(0)
				}
				c.Close()
				select {
				case <-ended:
				case <-time.After(time.Minute):
					t.Fatalf("%s, TLS %v, reset %v: the context goes on", tt.name, secure, reset)
				}
			}
		}
	}
}

// TestUnfinishedBody: for a body that does not come the app is not asked, and nothing waits.
func TestUnfinishedBody(t *testing.T) {
	addr, _ := start(t, &web.Listener{}, func(*gopherframe.Request) gopherframe.Response {
		t.Error("the app is asked")
		return gopherframe.Text("")
	})
	for _, header := range []string{"Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 100000000"} {
		c := dial(t, addr)
		io.WriteString(c, "GET /0/x HTTP/1.1\r\nHost: x\r\n"+header+"\r\n\r\n")
		got, err := io.ReadAll(c)
		if err != nil {
			t.Error(err)
		}
		has(t, string(got), "HTTP/1.1 413 ", "Connection: close\r\n")
	}
}
