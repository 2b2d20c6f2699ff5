package quic_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	qgo "github.com/quic-go/quic-go"

	"gopherframe"
	"gopherframe/internal/certtest"
	"gopherframe/internal/leak"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

var quiet = slog.New(slog.DiscardHandler)

// key is for a value in the context that start gives to Serve.
type key struct{}

// A server is a running Listener, with the address and configuration for its clients.
type server struct {
	addr   string
	config *tls.Config
	cancel func()       // ends the context of Serve
	stop   func() error // stops it and waits
	wait   func() error // waits until it has ended
}

func start(t *testing.T, l *quic.Listener, h gopherframe.Handler) server {
	t.Helper()
	leak.Check(t)
	pair, err := listen.SelfSigned("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(pair.Leaf)
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.PacketConn = packets
	if l.CertFile == "" && l.Config == nil {
		l.Config = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	if l.Log == nil {
		l.Log = quiet
	}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx, h) }()
	over := false
	s := server{
		cancel: cancel,
		addr:   packets.LocalAddr().String(),
		config: &tls.Config{RootCAs: roots, ServerName: "localhost", NextProtos: []string{"gopher"}},
		wait: func() error {
			over = true
			return <-ended
		},
	}
	s.stop = func() error {
		cancel()
		return s.wait()
	}
	t.Cleanup(func() {
		defer cancel()
		if !over {
			if err := s.stop(); err != nil {
				t.Errorf("Serve: %v", err)
			}
		}
	})
	return s
}

func (s server) dial(t *testing.T) *qgo.Conn {
	t.Helper()
	conn, err := s.tryDial(t, s.config)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (s server) tryDial(t *testing.T, config *tls.Config) (*qgo.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := qgo.DialAddr(ctx, s.addr, config, &qgo.Config{KeepAlivePeriod: 15 * time.Second})
	if err == nil {
		t.Cleanup(func() { conn.CloseWithError(0, "") })
	}
	return conn, err
}

func open(t *testing.T, conn *qgo.Conn) *qgo.Stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	st, err := conn.OpenStreamSync(ctx)
	if err != nil {
		t.Fatal(err)
	}
	st.SetDeadline(time.Now().Add(20 * time.Second))
	return st
}

// ask sends a line on a new stream, closes its side of the stream if closes is true, and
// returns the answer.
func ask(t *testing.T, conn *qgo.Conn, line string, closes bool) (string, error) {
	t.Helper()
	st := open(t, conn)
	if _, err := io.WriteString(st, line); err != nil {
		return "", err
	}
	if closes {
		st.Close()
	}
	got, err := io.ReadAll(st)
	return string(got), err
}

func tell(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.Text(q.Transport + " " + q.ServerName + " " + q.Selector)
}

func TestExchange(t *testing.T) {
	answer := bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, &quic.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		switch q.Selector {
		case "file":
			return &gopherframe.File{Name: file, Type: '9'}
		case "menu":
			return gopherframe.NewMenu().Text("x", "x")
		}
		if !q.Remote.IsValid() {
			return gopherframe.Fail(errors.New("no address"))
		}
		return tell(q)
	})
	conn := s.dial(t)
	host, port, _ := net.SplitHostPort(s.addr)
	for _, tt := range []struct {
		line   string
		closes bool
		want   string
	}{
		{"x\r\n", false, "quic localhost x\r\n.\r\n"},
		{"x\n", false, "quic localhost x\r\n.\r\n"},
		{"x", true, "quic localhost x\r\n.\r\n"},
		{"x\r\n", true, "quic localhost x\r\n.\r\n"},
		{"\n", false, "quic localhost \r\n.\r\n"},
		{"menu\n", true, "0x\tx\t" + host + "\t" + port + "\r\n.\r\n"},
		{"file\n", false, string(answer)},
		{strings.Repeat("y", 2049) + "\r\n", false, "3Request line too long.\t\terror.host\t0\r\n.\r\n"},
	} {
		if got, err := ask(t, conn, tt.line, tt.closes); got != tt.want || err != nil {
			t.Errorf("%.10q: %.50q, %d bytes, %v", tt.line, got, len(got), err)
		}
	}
	var reset *qgo.StreamError
	if got, err := ask(t, conn, "", true); got != "" || !errors.As(err, &reset) {
		t.Errorf("no request: %q, %v", got, err)
	}
}

// TestALPN: clients must ask for the protocol "gopher", so that those of other protocols
// are not mistaken for Gopher clients.
func TestALPN(t *testing.T) {
	s := start(t, &quic.Listener{}, tell)
	for _, protocols := range [][]string{nil, {"h3"}} {
		config := s.config.Clone()
		config.NextProtos = protocols
		if _, err := s.tryDial(t, config); err == nil {
			t.Errorf("%q is accepted", protocols)
		}
	}
}

// TestParallel: a slow exchange does not hold up the others on its connection, and
// there are never more than MaxStreams.
func TestParallel(t *testing.T) {
	begun, release := make(chan bool), make(chan struct{})
	s := start(t, &quic.Listener{MaxStreams: 4}, func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "slow" {
			begun <- true
			<-release
		}
		return tell(q)
	})
	conn := s.dial(t)
	var slow sync.WaitGroup
	for range 3 {
		slow.Go(func() {
			if got, err := ask(t, conn, "slow\n", true); got != "quic localhost slow\r\n.\r\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	for range 3 {
		<-begun
	}
	for range 100 {
		if got, err := ask(t, conn, "x\n", true); got != "quic localhost x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	silent := open(t, conn)
	io.WriteString(silent, "x")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := conn.OpenStreamSync(ctx); err == nil {
		t.Error("there is a fifth stream")
	}
	if _, err := conn.OpenUniStream(); err == nil {
		t.Error("there is a unidirectional stream")
	}
	close(release)
	slow.Wait()
	silent.CancelWrite(0)
}

// TestBehindTheLine: bytes behind the request line are discarded, and do not cost the
// client its answer.
func TestBehindTheLine(t *testing.T) {
	answer := bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)
	s := start(t, &quic.Listener{}, func(*gopherframe.Request) gopherframe.Response { return gopherframe.Binary(answer) })
	conn := s.dial(t)
	for i := range 10 {
		st := open(t, conn)
		io.WriteString(st, "x\n")
		go io.Copy(st, strings.NewReader(strings.Repeat("y", 1<<20)))
		if got, err := io.ReadAll(st); !bytes.Equal(got, answer) || err != nil {
			t.Errorf("%d: %d bytes, %v", i, len(got), err)
		}
	}
	// A line that never ends is answered when it is too long.
	st := open(t, conn)
	go io.Copy(st, neverending{})
	if got, err := io.ReadAll(st); !strings.HasPrefix(string(got), "3Request line too long.") || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

type neverending struct{}

func (neverending) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'y'
	}
	return len(p), nil
}

// TestStreamClocks: a client that pings keeps its connection alive, but not its streams.
func TestStreamClocks(t *testing.T) {
	sent := make(chan gopherframe.Sent, 1)
	s := start(t, &quic.Listener{Limits: listen.Limits{LineTimeout: 200 * time.Millisecond, StallTimeout: 200 * time.Millisecond}},
		func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(s gopherframe.Sent) { sent <- s })
			return gopherframe.Binary(make([]byte, 20<<20))
		})
	conn := s.dial(t)
	if got, err := ask(t, conn, "x", false); got != "3Timed out.\t\terror.host\t0\r\n.\r\n" || err != nil {
		t.Errorf("a line without an end: %q, %v", got, err)
	}
	st := open(t, conn)
	io.WriteString(st, "x\n")
	if s := <-sent; !errors.Is(s.Err, os.ErrDeadlineExceeded) {
		t.Errorf("a client that does not read: %v", s)
	}
	n, err := io.Copy(io.Discard, st)
	var reset *qgo.StreamError
	if !errors.As(err, &reset) || reset.ErrorCode != 2 || n == 20<<20 {
		t.Errorf("a client that does not read gets %d bytes, %v", n, err)
	}
}

// TestNoLimits: quic-go adds limits to times, which the largest duration would overflow.
func TestNoLimits(t *testing.T) {
	none := listen.Limits{
		LineTimeout: -1, HandshakeTimeout: -1, StallTimeout: -1, HalfClosedTimeout: -1, MinRate: -1, MaxLine: -1, MaxConns: -1,
		MaxConnsPerAddr: -1, SendBuffer: -1, LingerTimeout: -1, LingerBytes: -1, Grace: -1,
	}
	for name, l := range map[string]*quic.Listener{
		"negative": {MaxStreams: -1, IdleTimeout: -1, Limits: none},
		"largest":  {MaxStreams: math.MaxInt, IdleTimeout: math.MaxInt64, Limits: none.WithDefaults()},
	} {
		s := start(t, l, tell)
		if got, err := ask(t, s.dial(t), "x\n", true); got != "quic localhost x\r\n.\r\n" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err := s.stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestContext: the context of an exchange ends in whichever way its client goes away.
func TestContext(t *testing.T) {
	begun, ended := make(chan bool), make(chan bool)
	s := start(t, &quic.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		begun <- true
		<-q.Context().Done()
		ended <- true
		return gopherframe.Text("")
	})
	for _, leave := range []func(*qgo.Conn, *qgo.Stream){
		func(_ *qgo.Conn, st *qgo.Stream) { st.CancelWrite(0) },
		func(_ *qgo.Conn, st *qgo.Stream) { st.Close(); st.CancelRead(0) },
		func(conn *qgo.Conn, st *qgo.Stream) { st.Close(); conn.CloseWithError(0, "") },
	} {
		conn := s.dial(t)
		st := open(t, conn)
		io.WriteString(st, "x\n")
		<-begun
		leave(conn, st)
		<-ended
	}
}

// TestServeContext: the values of the context given to Serve reach every exchange. Its
// end does not end the contexts of exchanges.
func TestServeContext(t *testing.T) {
	begun, stopped := make(chan bool), make(chan bool)
	s := start(t, &quic.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		begun <- true
		<-stopped
		return gopherframe.Text(fmt.Sprint(q.Context().Value(key{}), q.Context().Err()))
	})
	st := open(t, s.dial(t))
	io.WriteString(st, "x\n")
	<-begun
	s.cancel()
	stopped <- true
	if got, err := io.ReadAll(st); string(got) != "value<nil>\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestStopping: a Stream that follows a log ends when the server begins to stop, and its
// client gets everything that was written.
func TestStopping(t *testing.T) {
	wrote := make(chan bool)
	s := start(t, &quic.Listener{Limits: listen.Limits{Grace: time.Hour}}, func(q *gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, "line\n")
			wrote <- true
			<-listen.Stopping(ctx)
			_, err := io.WriteString(w, "end\n")
			return err
		}}
	})
	st := open(t, s.dial(t))
	io.WriteString(st, "x\n")
	<-wrote
	s.cancel()
	if got, err := io.ReadAll(st); string(got) != "line\r\nend\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := s.wait(); err != nil {
		t.Error(err)
	}
}

// TestConnState: a handler learns the certificate of its client.
func TestConnState(t *testing.T) {
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	client, err := listen.SelfSigned("client")
	if err != nil {
		t.Fatal(err)
	}
	l := &quic.Listener{Config: &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert}}
	s := start(t, l, func(q *gopherframe.Request) gopherframe.Response {
		state, ok := listen.ConnState(q.Context())
		if !ok || len(state.PeerCertificates) == 0 {
			return gopherframe.Text(fmt.Sprint(ok))
		}
		return gopherframe.Text(state.PeerCertificates[0].Subject.CommonName)
	})
	s.config.InsecureSkipVerify = true
	if got, err := ask(t, s.dial(t), "x\n", true); got != "true\r\n.\r\n" || err != nil {
		t.Errorf("no certificate: %q, %v", got, err)
	}
	s.config.Certificates = []tls.Certificate{client}
	if got, err := ask(t, s.dial(t), "x\n", true); got != "client\r\n.\r\n" || err != nil {
		t.Errorf("a certificate: %q, %v", got, err)
	}
}

// TestReady: Ready gets the address, with the port that the system has chosen.
func TestReady(t *testing.T) {
	leak.Check(t)
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	addrs := make(chan net.Addr)
	l := &quic.Listener{Addr: "127.0.0.1:0", Config: &tls.Config{Certificates: []tls.Certificate{pair}}, Log: quiet}
	l.Ready = func(addr net.Addr) { addrs <- addr }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- l.Serve(ctx, tell) }()
	s := server{addr: (<-addrs).String(), config: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost", NextProtos: []string{"gopher"}}}
	if got, err := ask(t, s.dial(t), "x\n", true); got != "quic localhost x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestMaxConns: at the limit a connection makes room for a new one if it idles, but not
// while it has an exchange.
func TestMaxConns(t *testing.T) {
	begun, release := make(chan bool), make(chan struct{})
	s := start(t, &quic.Listener{Limits: listen.Limits{MaxConns: 1}}, func(q *gopherframe.Request) gopherframe.Response {
		begun <- true
		<-release
		return tell(q)
	})
	// A ClientHello of one datagram: the second datagram of a client that was refused is
	// taken for another client.
	s.config.CurvePreferences = []tls.CurveID{tls.X25519}
	first := s.dial(t)
	st := open(t, first)
	io.WriteString(st, "x\n")
	<-begun
	if _, err := s.tryDial(t, s.config); !refused(err) {
		t.Errorf("while the only connection has an exchange: %v", err)
	}
	close(release)
	if got, err := io.ReadAll(st); string(got) != "quic localhost x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	// The client has its answer before the server counts the connection as idle.
	_, err := s.tryDial(t, s.config)
	for ; refused(err); _, err = s.tryDial(t, s.config) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		t.Errorf("while the only connection idles: %v", err)
	}
	<-first.Context().Done()
	var closed *qgo.ApplicationError
	if err := context.Cause(first.Context()); !errors.As(err, &closed) || closed.ErrorCode != 3 {
		t.Errorf("the idle connection was closed by %v", err)
	}
}

// refused reports whether the server has no room for a connection, or stops.
// TestDrippingStreams: streams whose request line is not complete do not keep their
// connections when others want their places.
func TestDrippingStreams(t *testing.T) {
	s := start(t, &quic.Listener{Limits: listen.Limits{MaxConns: 2}}, tell)
	s.config.CurvePreferences = []tls.CurveID{tls.X25519} // see TestMaxConns
	var dripping []*qgo.Conn
	for range 2 {
		conn := s.dial(t)
		if got, err := ask(t, conn, "x\n", true); got != "quic localhost x\r\n.\r\n" || err != nil { // it was accepted
			t.Fatalf("%q, %v", got, err)
		}
		io.WriteString(open(t, conn), "half a li")
		dripping = append(dripping, conn)
	}
	// Their first answers may still be on their way: see arrival.
	newcomer, err := s.tryDial(t, s.config)
	for ; refused(err); newcomer, err = s.tryDial(t, s.config) {
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ask(t, newcomer, "y\n", true); got != "quic localhost y\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	select {
	case <-dripping[0].Context().Done():
	case <-dripping[1].Context().Done():
	case <-time.After(5 * time.Second):
		t.Error("no dripping connection has made room")
	}
}

func refused(err error) bool {
	return err != nil && strings.Contains(err.Error(), "CONNECTION_REFUSED")
}

// TestCutAnswer: the stream of an answer that is not whole is reset with code 2.
func TestCutAnswer(t *testing.T) {
	s := start(t, &quic.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
			switch q.Selector {
			case "late":
				w.Write(make([]byte, 100_000))
				return errors.New("the source is gone")
			case "panic":
				w.Write(make([]byte, 100_000))
				panic("boom")
			case "abort":
				panic(gopherframe.Abort)
			}
			return errors.New("there is no source")
		}}
	})
	conn := s.dial(t)
	for _, line := range []string{"late\n", "panic\n", "abort\n"} {
		got, err := ask(t, conn, line, true)
		var reset *qgo.StreamError
		if !errors.As(err, &reset) || reset.ErrorCode != 2 {
			t.Errorf("%q: %d bytes, %v", line, len(got), err)
		}
	}
	if got, err := ask(t, conn, "early\n", true); got != "3Internal server error.\t\terror.host\t0\r\n.\r\n" || err != nil {
		t.Errorf("an error that was told: %q, %v", got, err)
	}
}

// TestReload: new connections get the certificate that is now in the files.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write := func() string {
		pair, err := listen.SelfSigned("localhost")
		if err != nil {
			t.Fatal(err)
		}
		certtest.WritePair(t, cert, key, pair)
		return pair.Leaf.SerialNumber.String()
	}
	want := write()
	s := start(t, &quic.Listener{CertFile: cert, KeyFile: key}, tell)
	s.config.InsecureSkipVerify = true
	served := func() string {
		return s.dial(t).ConnectionState().TLS.PeerCertificates[0].SerialNumber.String()
	}
	if got := served(); got != want {
		t.Errorf("the certificate is %s, want %s", got, want)
	}
	want = write()
	for began := time.Now(); served() != want; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("the new certificate is not in use")
		}
	}
}

// TestRetry: more than 100 clients in a second have to prove their addresses (Retry).
// Clients with an invented address then cost no memory, and others are served.
func TestRetry(t *testing.T) {
	s := start(t, &quic.Listener{}, tell)
	hello := clientHello(t, s.config)
	flood, err := net.Dial("udp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer flood.Close()
	const clients = 400
	for i := range clients {
		// Each has another destination connection ID. That comes after one byte of flags,
		// four of the version and one of its own length.
		binary.BigEndian.PutUint32(hello[6:], uint32(i))
		if _, err := flood.Write(hello); err != nil {
			t.Fatal(err)
		}
	}
	retries, received := 0, 0
	buf := make([]byte, 2000)
	for flood.SetReadDeadline(time.Now().Add(time.Second)); ; {
		n, err := flood.Read(buf)
		if err != nil {
			break
		}
		received += n
		if buf[0]&0xF0 == 0xF0 { // RFC 9000 section 17.2.5
			retries++
		}
	}
	if retries == 0 || // most clients get none, since the queue for Retry packets is short
		received > 3*clients*len(hello) {
		t.Errorf("%d clients got %d retries and %d bytes for %d", clients, retries, received, clients*len(hello))
	}
	for range 3 {
		if got, err := ask(t, s.dial(t), "x\n", true); got != "quic localhost x\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// clientHello returns the first datagram of a client.
func clientHello(t *testing.T, config *tls.Config) []byte {
	t.Helper()
	fake, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	ctx, cancel := context.WithCancel(t.Context())
	dialed := make(chan error)
	go func() {
		_, err := qgo.DialAddr(ctx, fake.LocalAddr().String(), config, nil)
		dialed <- err
	}()
	buf := make([]byte, 2000)
	n, _, err := fake.ReadFrom(buf)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-dialed
	return buf[:n]
}

// TestDrain: a stopping server finishes its exchanges. It refuses new streams and
// connections, and closes the others, with a code that tells why.
func TestDrain(t *testing.T) {
	begun, release := make(chan bool), make(chan struct{})
	answer := bytes.Repeat([]byte("0123456789abcdef"), 5<<20/16)
	s := start(t, &quic.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		begun <- true
		<-release
		return gopherframe.Binary(answer)
	})
	busy, idle := s.dial(t), s.dial(t)
	st := open(t, busy)
	io.WriteString(st, "x\n")
	<-begun
	stopped := make(chan error)
	go func() { stopped <- s.stop() }()

	_, err := s.tryDial(t, s.config)
	for began := time.Now(); !refused(err); _, err = s.tryDial(t, s.config) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("a new connection: %v", err)
		}
	}
	_, err = ask(t, busy, "y\n", true)
	var reset *qgo.StreamError
	if !errors.As(err, &reset) || reset.ErrorCode != 1 {
		t.Errorf("a new stream: %v", err)
	}
	close(release)
	if got, err := io.ReadAll(st); !bytes.Equal(got, answer) || err != nil {
		t.Errorf("%d bytes of %d, %v", len(got), len(answer), err)
	}
	for name, conn := range map[string]*qgo.Conn{"busy": busy, "idle": idle} {
		<-conn.Context().Done()
		var closed *qgo.ApplicationError
		if err := context.Cause(conn.Context()); !errors.As(err, &closed) || closed.ErrorCode != 1 {
			t.Errorf("%s: closed by %v", name, err)
		}
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestCut(t *testing.T) {
	begun := make(chan bool)
	s := start(t, &quic.Listener{Limits: listen.Limits{Grace: 100 * time.Millisecond}}, func(q *gopherframe.Request) gopherframe.Response {
		begun <- true
		<-q.Context().Done()
		return gopherframe.Text("late")
	})
	conn := s.dial(t)
	st := open(t, conn)
	io.WriteString(st, "x\n")
	<-begun
	if err := s.stop(); err == nil || !strings.Contains(err.Error(), "1 exchanges were cut") {
		t.Errorf("Serve: %v", err)
	}
	if got, err := io.ReadAll(st); err == nil {
		t.Errorf("the client takes %q for an answer", got)
	}
}

// A ticketCache tells when it has received a session ticket.
type ticketCache struct {
	tls.ClientSessionCache
	received chan bool
}

func (c ticketCache) Put(key string, state *tls.ClientSessionState) {
	c.ClientSessionCache.Put(key, state)
	if state != nil {
		select {
		case c.received <- true:
		default:
		}
	}
}

// Test0RTT: early data may be a replay, so it waits for the handshake unless the
// listener allows it.
func Test0RTT(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		t.Run(fmt.Sprint(allowed), func(t *testing.T) {
			s := start(t, &quic.Listener{Allow0RTT: allowed}, tell)
			config := s.config.Clone()
			cache := ticketCache{tls.NewLRUClientSessionCache(1), make(chan bool, 1)}
			config.ClientSessionCache = cache
			for i := range 2 {
				conn, err := qgo.DialAddrEarly(t.Context(), s.addr, config, nil)
				if err != nil {
					t.Fatal(err)
				}
				got, err := ask(t, conn, "x\n", true)
				if early := conn.ConnectionState().Used0RTT; early != (allowed && i == 1) {
					t.Errorf("connection %d: early data %t", i, early)
				}
				if got != "quic localhost x\r\n.\r\n" && !errors.Is(err, qgo.Err0RTTRejected) {
					t.Errorf("%q, %v", got, err)
				}
				<-cache.received
				conn.CloseWithError(0, "")
			}
		})
	}
}

func TestNoCertificate(t *testing.T) {
	for _, l := range []quic.Listener{{Addr: "127.0.0.1:0"}, {Addr: "127.0.0.1:0", CertFile: "absent.crt", KeyFile: "absent.key"}} {
		if err := l.Serve(t.Context(), tell); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%v", err)
		}
	}
}

// TestSocketGone: Serve returns an error when its socket fails, so that Run ends the
// other listeners.
func TestSocketGone(t *testing.T) {
	l := &quic.Listener{}
	s := start(t, l, tell)
	s.dial(t)
	l.PacketConn.Close()
	if err := s.wait(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve: %v", err)
	}
}
