package listen_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

// inBubble serves h on pipes in a bubble of testing/synctest, with a clock of its own.
func inBubble(t *testing.T, limits listen.Limits, h gopherframe.Handler, f func(t *testing.T, m *memory)) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, &listen.TCP{Listener: m, Limits: limits, Log: quiet}, h)
		f(t, m)
	})
}

func TestLineTimeout(t *testing.T) {
	tests := []struct {
		name  string
		limit time.Duration
		pause time.Duration // between bytes
		bytes int
		want  time.Duration // until the end of the connection
	}{
		{"silent", 0, 0, 0, 15 * time.Second},
		{"partial", 0, time.Second, 1, 15 * time.Second},
		{"drip", 0, time.Second, 100, 15 * time.Second},
		{"shorter", 3 * time.Second, time.Second, 100, 3 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, listen.Limits{LineTimeout: tt.limit}, answers(gopherframe.Text("x")), func(t *testing.T, m *memory) {
				began := time.Now()
				c := m.dial()
				var writer sync.WaitGroup
				defer writer.Wait()
				writer.Go(func() {
					for range tt.bytes {
						time.Sleep(tt.pause)
						if _, err := c.Write([]byte("x")); err != nil {
							return
						}
					}
				})
				got, err := io.ReadAll(c)
				if string(got) != timedOut || err != nil {
					t.Errorf("%q, %v", got, err)
				}
				// The server lingers for 20 ms, since a pipe has no CloseWrite.
				if d := time.Since(began); d != tt.want+20*time.Millisecond {
					t.Errorf("it took %v, want %v", d, tt.want)
				}
				c.Close()
			})
		})
	}
}

func TestNoLineTimeout(t *testing.T) {
	inBubble(t, listen.Limits{LineTimeout: -1}, answers(gopherframe.Text("x")), func(t *testing.T, m *memory) {
		c := m.dial()
		time.Sleep(24 * time.Hour)
		io.WriteString(c, "a\r\n")
		if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// longAnswer returns a handler whose answer has size bytes. When it has been written,
// the handler sends the result to *sent.
func longAnswer(size int, sent *chan gopherframe.Sent) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(s gopherframe.Sent) { *sent <- s })
		return gopherframe.Binary(bytes.Repeat([]byte("x"), size))
	}
}

func TestStallTimeout(t *testing.T) {
	var sent chan gopherframe.Sent // made in the bubble
	inBubble(t, listen.Limits{}, longAnswer(1<<20, &sent), func(t *testing.T, m *memory) {
		sent = make(chan gopherframe.Sent, 1)
		c := m.dial()
		began := time.Now()
		io.WriteString(c, "a\r\n")
		s := <-sent
		if d := time.Since(began); d != 60*time.Second || s.Err == nil || s.Bytes != 0 {
			t.Errorf("after %v: %v", d, s)
		}
	})
}

// TestSlowClients: a slow client gets its whole answer, unless it takes nothing for
// StallTimeout or less than MinRate for long.
func TestSlowClients(t *testing.T) {
	tests := []struct {
		name  string
		size  int // of the answer
		chunk int // bytes the client reads at once
		pause time.Duration
		whole bool
	}{
		{"modem", 200_000, 240, time.Second, true},
		{"modem with long pauses", 200_000, 10_000, 59 * time.Second, true},
		{"pauses too long", 200_000, 10_000, 61 * time.Second, false},
		{"trickle", 200_000, 20, time.Second, false},
		{"trickle for a short time", 1_000, 20, time.Second, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sent chan gopherframe.Sent // made in the bubble
			inBubble(t, listen.Limits{}, longAnswer(tt.size, &sent), func(t *testing.T, m *memory) {
				sent = make(chan gopherframe.Sent, 1)
				c := m.dial()
				began := time.Now()
				io.WriteString(c, "a\r\n")
				total := 0
				for buf := make([]byte, tt.chunk); ; {
					time.Sleep(tt.pause)
					n, err := io.ReadFull(c, buf)
					total += n
					if err != nil {
						break
					}
				}
				s := <-sent
				if whole := s.Err == nil && total == tt.size; whole != tt.whole || s.Bytes != int64(total) {
					t.Errorf("%d bytes of %d arrived in %v: %v", total, tt.size, time.Since(began), s)
				}
			})
		})
	}
}

// TestBackOff: when Accept fails the server waits, each time for longer, and goes on.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		m := newMemory()
		stop := run(t, &listen.TCP{Listener: m, Log: slog.New(slog.NewTextHandler(&log, nil))}, answers(gopherframe.Text("x")))
		began := time.Now()
		for range 20 {
			m.errs <- errors.New("too many open files")
		}
		// The pauses are 5, 10, …, 640 ms and eleven times 1 s; the one after the last
		// failure is not over.
		if d := time.Since(began); d < 10*time.Second || d > 13*time.Second {
			t.Errorf("20 failures took %v", d)
		}
		c := m.dial()
		io.WriteString(c, "a\r\n")
		if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("afterwards: %q, %v", got, err)
		}
		began = time.Now()
		m.errs <- errors.New("too many open files")
		c = m.dial()
		c.Close()
		if d := time.Since(began); d != 5*time.Millisecond {
			t.Errorf("after a success the pause is %v", d)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "cannot accept"); n < 5 || n > 14 {
			t.Errorf("%d log entries in 12 s:\n%s", n, log.String())
		}
	})
}

func TestListenerClosedByOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		ended := make(chan error, 1)
		go func() {
			ended <- (&listen.TCP{Listener: m, Log: quiet}).Serve(t.Context(), answers(gopherframe.Text("x")))
		}()
		m.Close()
		if err := <-ended; err == nil {
			t.Error("no error")
		}
	})
}

func TestDrain(t *testing.T) {
	var release chan struct{} // made in the bubble
	slow := func(q *gopherframe.Request) gopherframe.Response {
		select {
		case <-release:
		case <-q.Context().Done():
			return gopherframe.Fail(q.Context().Err())
		}
		return gopherframe.Text("done")
	}
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		m := newMemory()
		stop := run(t, &listen.TCP{Listener: m, Log: quiet}, slow)
		working, idle := m.dial(), m.dial()
		io.WriteString(working, "a\r\n")
		synctest.Wait()
		ended := make(chan error, 1)
		go func() { ended <- stop() }()
		began := time.Now()
		if got, err := io.ReadAll(idle); string(got) != timedOut || err != nil {
			t.Errorf("without a line: %q, %v", got, err)
		}
		if d := time.Since(began); d > time.Second {
			t.Errorf("a client without a line was kept for %v", d)
		}
		time.Sleep(5 * time.Second)
		close(release)
		if got, err := io.ReadAll(working); string(got) != "done\r\n.\r\n" || err != nil {
			t.Errorf("under way: %q, %v", got, err)
		}
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Run("cut", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			release = make(chan struct{})
			m := newMemory()
			stop := run(t, &listen.TCP{Listener: m, Limits: listen.Limits{Grace: 3 * time.Second}, Log: quiet}, slow)
			c := m.dial()
			io.WriteString(c, "a\r\n")
			synctest.Wait()
			began := time.Now()
			err := stop()
			if err == nil || !strings.Contains(err.Error(), "1 exchanges were cut after 3s") {
				t.Errorf("Serve: %v", err)
			}
			if d := time.Since(began); d != 3*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	})
	t.Run("a line that has arrived", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			stop := run(t, &listen.TCP{Listener: m, Log: quiet}, answers(gopherframe.Text("x")))
			c := m.dial()
			ended := make(chan error, 1)
			go func() { ended <- stop() }()
			io.WriteString(c, "a\r\n")
			if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	})
}

func TestMaxConns(t *testing.T) {
	t.Run("idle ones go first", func(t *testing.T) {
		inBubble(t, listen.Limits{MaxConns: 2}, answers(gopherframe.Text("x")), func(t *testing.T, m *memory) {
			first, second, third := m.dial(), m.dial(), m.dial()
			if got, err := io.ReadAll(first); len(got) > 0 || err != nil {
				t.Errorf("the oldest: %q, %v", got, err)
			}
			for _, c := range []io.ReadWriter{third, second} {
				io.WriteString(c, "a\r\n")
				if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
					t.Errorf("%q, %v", got, err)
				}
			}
		})
	})
	t.Run("busy", func(t *testing.T) {
		var release chan struct{} // made in the bubble
		h := func(*gopherframe.Request) gopherframe.Response {
			<-release
			return gopherframe.Text("x")
		}
		synctest.Test(t, func(t *testing.T) {
			release = make(chan struct{})
			m := newMemory()
			run(t, &listen.TCP{Listener: m, Limits: listen.Limits{MaxConns: 1}, Log: quiet}, h)
			working := m.dial()
			io.WriteString(working, "a\r\n")
			synctest.Wait()
			refused := m.dial()
			if got, err := io.ReadAll(refused); string(got) != busy || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			close(release)
			if got, err := io.ReadAll(working); string(got) != "x\r\n.\r\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			synctest.Wait()
			next := m.dial()
			io.WriteString(next, "a\r\n")
			if got, err := io.ReadAll(next); string(got) != "x\r\n.\r\n" || err != nil {
				t.Errorf("afterwards: %q, %v", got, err)
			}
		})
	})
}

func TestMaxConnsPerAddr(t *testing.T) {
	inBubble(t, listen.Limits{MaxConnsPerAddr: 1}, answers(gopherframe.Text("x")), func(t *testing.T, m *memory) {
		here, there := net.Pipe()
		m.conns <- fromAddr{there, "192.0.2.1:1000"}
		synctest.Wait()
		for _, from := range []struct{ addr, want string }{{"192.0.2.1:1001", busy}, {"[::ffff:192.0.2.1]:1002", busy}, {"192.0.2.2:1000", "x\r\n.\r\n"}} {
			here, there := net.Pipe()
			m.conns <- fromAddr{there, from.addr}
			go io.WriteString(here, "a\r\n")
			if got, err := io.ReadAll(here); string(got) != from.want || err != nil {
				t.Errorf("from %s: %q, %v", from.addr, got, err)
			}
			here.Close()
		}
		io.WriteString(here, "a\r\n")
		if got, err := io.ReadAll(here); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("the first: %q, %v", got, err)
		}
	})
}

// fromAddr is a connection from the address given.
type fromAddr struct {
	net.Conn
	addr string
}

func (c fromAddr) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.addr))
}
