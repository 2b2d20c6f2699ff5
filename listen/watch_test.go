package listen_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/middleware"
)

// silent answers with a Stream that writes one line, and then nothing until its context
// ends or the server stops.
func silent(*gopherframe.Request) gopherframe.Response {
	return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(ctx context.Context, w io.Writer) error {
		io.WriteString(w, "line\n")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-listen.Stopping(ctx):
			return nil
		}
	}}
}

// TestGoneAfterHalfClose: clients that have closed their side, and then go away, make room
// for others at once. They leave bytes unread, so that TCP resets the connection.
func TestGoneAfterHalfClose(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells that such a client has gone")
	}
	const line = "line\r\n"
	// ask returns the begin of the answer. It leaves the rest of the line unread.
	ask := func(t *testing.T, c net.Conn) string {
		t.Helper()
		io.WriteString(c, "x\n")
		begin := make([]byte, 1)
		if _, err := io.ReadFull(c, begin); err != nil {
			t.Fatal(err)
		}
		return string(begin)
	}
	h := middleware.Throttle(10, 0, 0)(silent)
	overEach(t, t.Context(), listen.Limits{HalfClosedTimeout: -1}, h, func(t *testing.T, s site) {
		var clients []net.Conn
		for range 10 {
			c := s.connect()
			ask(t, c)
			if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			clients = append(clients, c)
		}
		time.Sleep(10 * time.Millisecond) // let the server see the ends of the streams
		if got := ask(t, s.connect()); got != "3" {
			t.Errorf("a half-closed client makes room: the eleventh gets %q", got)
		}
		for _, c := range clients {
			if secure, ok := c.(*tls.Conn); ok { // has read the bytes that it has not returned
				secure.NetConn().(*net.TCPConn).SetLinger(0)
			}
			c.Close()
		}
		for began := time.Now(); ask(t, s.connect()) != line[:1]; time.Sleep(10 * time.Millisecond) {
			if time.Since(began) > 10*time.Second {
				t.Fatal("there is no room 10 s after the clients have gone")
			}
		}
	})
}

// A halfCloser is a pipe whose end of stream is the byte 4 (EOT).
type halfCloser struct {
	net.Conn
	ended bool
}

func (h *halfCloser) Read(p []byte) (int, error) {
	if h.ended {
		return 0, io.EOF
	}
	n, err := h.Conn.Read(p)
	if n > 0 && p[n-1] == 4 {
		h.ended = true
		n--
	}
	return n, err
}

// TestHalfClosedTimeout: the exchange of a client that has closed its side may not be
// silent for longer than HalfClosedTimeout. As long as bytes are sent it may go on.
func TestHalfClosedTimeout(t *testing.T) {
	var waits chan time.Duration // before each line; made in the bubble
	h := func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(ctx context.Context, w io.Writer) error {
			for wait := range waits {
				select {
				case <-time.After(wait):
					io.WriteString(w, "line\n")
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		}}
	}
	const most = 5 * time.Minute
	lines := func(n int) (s string) {
		for range n {
			s += "line\r\n"
		}
		return s
	}
	tests := []struct {
		name   string
		limits listen.Limits
		line   string
		waits  []time.Duration
		want   string
		when   time.Duration
	}{
		{"patient", listen.Limits{}, "x\n\x04", []time.Duration{most - 1}, lines(1) + ".\r\n", most - 1},
		{"talking", listen.Limits{}, "x\n\x04", []time.Duration{most - 1, most - 1, most - 1}, lines(3) + ".\r\n", 3 * (most - 1)},
		{"silent", listen.Limits{}, "x\n\x04", []time.Duration{most + 1}, "3Internal server error.\t\terror.host\t0\r\n.\r\n", most},
		{"silent after a line", listen.Limits{}, "x\n\x04", []time.Duration{time.Hour / 15, time.Hour}, lines(1), time.Hour/15 + most},
		{"its line ends with the stream", listen.Limits{}, "x\x04", []time.Duration{time.Hour}, "3Internal server error.\t\terror.host\t0\r\n.\r\n", most},
		{"another limit", listen.Limits{HalfClosedTimeout: time.Second}, "x\n\x04", []time.Duration{time.Hour}, "3Internal server error.\t\terror.host\t0\r\n.\r\n", time.Second},
		{"no limit", listen.Limits{HalfClosedTimeout: -1}, "x\n\x04", []time.Duration{time.Hour}, lines(1) + ".\r\n", time.Hour},
		{"open", listen.Limits{}, "x\n", []time.Duration{time.Hour}, lines(1) + ".\r\n", time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				waits = make(chan time.Duration, len(tt.waits))
				for _, wait := range tt.waits {
					waits <- wait
				}
				close(waits)
				m := newMemory()
				run(t, &listen.TCP{Listener: m, Limits: tt.limits, Log: quiet}, h)
				here, there := net.Pipe()
				m.conns <- &halfCloser{Conn: there}
				began := time.Now()
				go io.WriteString(here, tt.line)
				got, err := io.ReadAll(here)
				// The server lingers for 20 ms, since a pipe has no CloseWrite.
				d := time.Since(began).Truncate(100 * time.Millisecond)
				if string(got) != tt.want || err != nil || d != tt.when.Truncate(100*time.Millisecond) {
					t.Errorf("%q, %v, after %v; want %q after %v", got, err, d, tt.want, tt.when)
				}
				here.Close()
			})
		})
	}
}

// TestJunkOverPipe: a connection without buffers, whose client sends more than its line
// before it reads, does not have both sides wait for each other.
func TestJunkOverPipe(t *testing.T) {
	m := newMemory()
	run(t, &listen.Conns{Listener: m, Log: quiet}, answers(gopherframe.Text("hello")))
	c := m.dial()
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	io.WriteString(c, "x\r\n")
	io.WriteString(c, "more, before the answer is read")
	if got, err := io.ReadAll(c); string(got) != "hello\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
