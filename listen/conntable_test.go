package listen_test

import (
	"io"
	"net"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

// listenTCP binds a free port.
func listenTCP(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// TestRoom: listeners of one Run share their connections, and the oldest without a request
// line makes room, whichever listener has it.
func TestRoom(t *testing.T) {
	ctx := listen.WithConnTable(t.Context(), 3)
	var addrs []string
	for range 3 {
		ln := listenTCP(t)
		runWith(t, ctx, &listen.TCP{Listener: ln, Log: quiet}, answers(gopherframe.Text("x")))
		addrs = append(addrs, ln.Addr().String())
	}
	var idle []*net.TCPConn
	for range 3 {
		idle = append(idle, dial(t, addrs[0]))
	}
	// The third may be accepted later than the first request to another listener.
	closed := false
	for i := 0; !closed && i < 500; i++ {
		if got, err := fetch(t, addrs[1+i%2], "x\n"); got != "x\r\n.\r\n" || err != nil {
			t.Fatalf("request %d: %q, %v", i, got, err)
		}
		idle[0].SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		_, err := io.ReadAll(idle[0])
		closed = err == nil
	}
	if !closed {
		t.Error("the oldest idle connection makes no room")
	}
	for _, c := range idle[1:] {
		io.WriteString(c, "x\n")
		if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("a younger one: %q, %v", got, err)
		}
	}
}

// TestRoomIsOne: a MaxConns of its own limits a listener, and does not limit the others.
func TestRoomIsOne(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	h := func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "slow" {
			close(begun)
			<-release
		}
		return gopherframe.Text("x")
	}
	ctx := listen.WithConnTable(t.Context(), 100)
	small, large := listenTCP(t), listenTCP(t)
	runWith(t, ctx, &listen.TCP{Listener: small, Limits: listen.Limits{MaxConns: 1}, Log: quiet}, h)
	runWith(t, ctx, &listen.TCP{Listener: large, Log: quiet}, h)
	c := dial(t, small.Addr().String())
	io.WriteString(c, "slow\n")
	<-begun
	const busy = "3Server busy.\t\terror.host\t0\r\n.\r\n"
	if got, err := fetch(t, small.Addr().String(), "x\n"); got != busy || err != nil {
		t.Errorf("a second connection: %q, %v", got, err)
	}
	if got, err := fetch(t, large.Addr().String(), "x\n"); got != "x\r\n.\r\n" || err != nil {
		t.Errorf("the other listener: %q, %v", got, err)
	}
}

// TestEndBeforeLog: a client has the end of its answer although what is called after that
// does not return.
func TestEndBeforeLog(t *testing.T) {
	release := make(chan struct{})
	h := func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(gopherframe.Sent) { <-release })
		return gopherframe.Text("x")
	}
	overEach(t, t.Context(), listen.Limits{}, h, func(t *testing.T, s site) {
		c := s.connect()
		io.WriteString(c, "x\n")
		if got, err := io.ReadAll(c); string(got) != "x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		release <- struct{}{}
	})
}
