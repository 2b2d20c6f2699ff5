package listen_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/internal/certtest"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

// certificate makes a certificate for localhost, and roots for clients that trust it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	pair, err := listen.SelfSigned("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(pair.Leaf)
	return pair, roots
}

// startTLS serves h over TLS. It returns the address, the configuration of a client, and
// a function that stops the listener and returns the error of Serve.
func startTLS(t *testing.T, l *listen.TLS, h gopherframe.Handler) (addr string, config *tls.Config, stop func() error) {
	t.Helper()
	leak.Check(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pair, roots := certificate(t)
	l.Listener = ln
	if l.Config == nil && l.CertFile == "" {
		l.Config = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	if l.Log == nil {
		l.Log = quiet
	}
	return ln.Addr().String(), &tls.Config{RootCAs: roots, ServerName: "localhost"}, run(t, l, h)
}

func fetchTLS(t *testing.T, addr string, config *tls.Config, line string) (string, error) {
	t.Helper()
	c, err := tls.Dial("tcp", addr, config)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.WriteString(c, line); err != nil {
		return "", err
	}
	got, err := io.ReadAll(c)
	return string(got), err
}

func tell(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.Text(q.Transport + " " + q.ServerName + " " + q.Selector)
}

func TestTLS(t *testing.T) {
	addr, config, _ := startTLS(t, &listen.TLS{}, tell)
	ask := func(name string, change func(*tls.Config), want string) {
		t.Helper()
		c := config.Clone()
		change(c)
		got, err := fetchTLS(t, addr, c, "x\r\n")
		if want == "" && err == nil || want != "" && (got != want || err != nil) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	ask("no ALPN", func(*tls.Config) {}, "tls localhost x\r\n.\r\n")
	ask("ALPN", func(c *tls.Config) { c.NextProtos = []string{"h2", "gopher"} }, "tls localhost x\r\n.\r\n")
	ask("another protocol", func(c *tls.Config) { c.NextProtos = []string{"h2"} }, "")
	ask("TLS 1.2", func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, "tls localhost x\r\n.\r\n")
	ask("TLS 1.1", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, "")
	ask("no name", func(c *tls.Config) { c.ServerName = "127.0.0.1" }, "tls  x\r\n.\r\n")

	c := config.Clone()
	c.NextProtos = []string{"gopher"}
	conn, err := tls.Dial("tcp", addr, c)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.ConnectionState().NegotiatedProtocol; got != "gopher" {
		t.Errorf("the protocol is %q", got)
	}
}

// TestHosts: the server name that the client sends decides which app answers, and the
// links in its menus have that name.
func TestHosts(t *testing.T) {
	menu := func(text string) gopherframe.Handler {
		return answers(gopherframe.NewMenu().Text(text, "x"))
	}
	hosts := gopherframe.Hosts(map[string]gopherframe.Handler{"a.example": menu("A"), "b.example": menu("B"), "": menu("other")})
	addr, config, _ := startTLS(t, &listen.TLS{}, hosts)
	config.InsecureSkipVerify = true
	_, port, _ := net.SplitHostPort(addr)
	for name, want := range map[string]string{
		"a.example": "0A\tx\ta.example\t",
		"b.example": "0B\tx\tb.example\t",
		"c.example": "0other\tx\t127.0.0.1\t",
		"127.0.0.1": "0other\tx\t127.0.0.1\t",
	} {
		config.ServerName = name
		if got, err := fetchTLS(t, addr, config, "\n"); got != want+port+"\r\n.\r\n" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestTLSConfig: an app's Config cannot allow versions before TLS 1.2, and is not
// changed.
func TestTLSConfig(t *testing.T) {
	pair, _ := certificate(t)
	own := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS10, NextProtos: []string{"gopher", "x"}}
	addr, config, _ := startTLS(t, &listen.TLS{Config: own}, tell)
	config.InsecureSkipVerify = true
	config.NextProtos = []string{"x"}
	if got, err := fetchTLS(t, addr, config, "x\n"); got != "tls localhost x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	if got, err := fetchTLS(t, addr, config, "x\n"); err == nil {
		t.Errorf("TLS 1.1 gets %q", got)
	}
	if own.MinVersion != tls.VersionTLS10 {
		t.Error("the configuration was changed")
	}
}

func TestBadCertificates(t *testing.T) {
	dir := t.TempDir()
	pair, _ := certificate(t)
	other, _ := certificate(t)
	cert, key := writePair(t, dir, "good", pair)
	_, otherKey := writePair(t, dir, "other", other)
	tests := []struct {
		l    listen.TLS
		want string
	}{
		{listen.TLS{}, "set CertFile and KeyFile"},
		{listen.TLS{CertFile: cert}, "needs a key file"},
		{listen.TLS{KeyFile: key}, "needs a certificate file"},
		{listen.TLS{CertFile: cert, KeyFile: otherKey}, "private key does not match"},
		{listen.TLS{CertFile: cert, KeyFile: filepath.Join(dir, "absent")}, "absent"},
		{listen.TLS{CertFile: key, KeyFile: cert}, "PEM"},
		{listen.TLS{CertFile: cert, KeyFile: dir}, "is no file"},
	}
	for _, tt := range tests {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		tt.l.Listener, tt.l.Log = ln, quiet
		if err := tt.l.Serve(t.Context(), tell); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q in it", err, tt.want)
		}
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the listener is still open: %v", err)
		}
	}
}

// TestPlainOnTLS: the connection of a client without TLS is closed at once, however
// little the client has sent.
func TestPlainOnTLS(t *testing.T) {
	var log lockedBuffer
	addr, _, _ := startTLS(t, &listen.TLS{Log: slog.New(slog.NewTextHandler(&log, nil))}, tell)
	for _, line := range []string{"\r\n", "x\r\n", strings.Repeat("x", 1000) + "\r\n", "GET / HTTP/1.1\r\n\r\n"} {
		if got, err := fetch(t, addr, line); got != "" || err != nil {
			t.Errorf("%.10q: %q, %v", line, got, err)
		}
	}
	if got := strings.Count(log.String(), "no TLS handshake, but plain text"); got != 4 {
		t.Errorf("%d entries in the log:\n%s", got, log.String())
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestAllowPlain(t *testing.T) {
	answer := bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		t.Fatal(err)
	}
	addr, config, _ := startTLS(t, &listen.TLS{AllowPlain: true}, func(q *gopherframe.Request) gopherframe.Response {
		switch q.Selector {
		case "file":
			return &gopherframe.File{Name: file, Type: '9'}
		case "menu":
			return gopherframe.NewMenu().Text("x", "x")
		}
		return tell(q)
	})
	host, port, _ := net.SplitHostPort(addr)
	for line, want := range map[string]string{
		"x\r\n":                             " x\r\n.\r\n",
		"\n":                                " \r\n.\r\n",
		"file\r\n":                          string(answer),
		"file\n" + strings.Repeat("y", 1e5): string(answer),
		"menu\r\n":                          "0x\tx\t" + host + "\t" + port + "\r\n.\r\n",
	} {
		plain, secure := want, want
		if strings.HasPrefix(want, " ") {
			plain, secure = "tcp "+want, "tls localhost"+want
		}
		if got, err := fetch(t, addr, line); got != plain || err != nil {
			t.Errorf("plain %.10q: %.20q, %d bytes, %v", line, got, len(got), err)
		}
		if got, err := fetchTLS(t, addr, config, line); got != secure || err != nil {
			t.Errorf("TLS %.10q: %.20q, %d bytes, %v", line, got, len(got), err)
		}
	}
	// The end of the stream may end the request line, even behind the first byte, by which
	// the server recognizes TLS.
	c := dial(t, addr)
	defer c.Close()
	io.WriteString(c, "x")
	c.CloseWrite()
	if got, err := io.ReadAll(c); string(got) != "tcp  x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAllowPlainBusy: a client without TLS is told that there is no room.
func TestAllowPlainBusy(t *testing.T) {
	begun, release := make(chan bool), make(chan struct{})
	addr, config, _ := startTLS(t, &listen.TLS{AllowPlain: true, Limits: listen.Limits{MaxConns: 1}}, func(q *gopherframe.Request) gopherframe.Response {
		begun <- true
		<-release
		return tell(q)
	})
	working := dial(t, addr)
	defer working.Close()
	io.WriteString(working, "x\n")
	<-begun
	if got, err := fetch(t, addr, "x\n"); got != busy || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := fetchTLS(t, addr, config, "x\n"); err == nil {
		t.Errorf("over TLS: %q", got)
	}
	close(release)
	if got, err := io.ReadAll(working); string(got) != "tcp  x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// inBubbleTLS is inBubble with TLS. It passes f a function that makes a TLS client over a
// connection.
func inBubbleTLS(t *testing.T, h gopherframe.Handler, f func(t *testing.T, m *memory, client func(net.Conn) *tls.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		pair, roots := certificate(t)
		m := newMemory()
		run(t, &listen.TLS{Listener: m, Log: quiet, Config: &tls.Config{Certificates: []tls.Certificate{pair}}}, h)
		f(t, m, func(nc net.Conn) *tls.Conn {
			return tls.Client(nc, &tls.Config{RootCAs: roots, ServerName: "localhost"})
		})
	})
}

// TestStalledHandshakes: clients that do not continue their handshake do not hold up
// the others, and are cut off.
func TestStalledHandshakes(t *testing.T) {
	inBubbleTLS(t, tell, func(t *testing.T, m *memory, client func(net.Conn) *tls.Conn) {
		began := time.Now()
		var stalled []net.Conn
		for range 100 {
			c := m.dial()
			c.Write([]byte{0x16, 3, 1})
			stalled = append(stalled, c)
		}
		for range 20 {
			c := client(m.dial())
			io.WriteString(c, "x\n")
			if got, err := io.ReadAll(c); string(got) != "tls localhost x\r\n.\r\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			c.Close()
		}
		for _, c := range stalled {
			if got, err := io.ReadAll(c); len(got) > 0 || err != nil {
				t.Errorf("a stalled client gets %q, %v", got, err)
			}
			if d := time.Since(began); d < 10*time.Second || d > 11*time.Second {
				t.Fatalf("it was cut off after %v", d)
			}
		}
	})
}

// A recorder records the bytes read from a connection of TLS 1.2, where the types of TLS
// records are not encrypted.
type recorder struct {
	net.Conn
	stream bytes.Buffer
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.stream.Write(p[:n])
	return n, err
}

func (r *recorder) lastType() byte {
	last := byte(0)
	for rest := r.stream.Bytes(); len(rest) >= 5; {
		last = rest[0]
		rest = rest[min(len(rest), 5+int(rest[3])<<8+int(rest[4])):]
	}
	return last
}

// TestTLSCutAnswer: the server sends no close_notify after an answer that is not whole.
func TestTLSCutAnswer(t *testing.T) {
	addr, config, _ := startTLS(t, &listen.TLS{}, func(q *gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
			if q.Selector == "early" {
				return errors.New("there is no source")
			}
			w.Write(make([]byte, 100_000))
			if q.Selector == "late" {
				return errors.New("the source is gone")
			}
			return nil
		}}
	})
	config.MaxVersion = tls.VersionTLS12
	const alert, data = 21, 23
	for line, want := range map[string]byte{"whole\n": alert, "early\n": alert, "late\n": data} {
		r := &recorder{Conn: dial(t, addr)}
		c := tls.Client(r, config)
		io.WriteString(c, line)
		io.Copy(io.Discard, c)
		if got := r.lastType(); got != want {
			t.Errorf("%q: the last record is of type %d, want %d", line, got, want)
		}
		c.Close()
	}
}

// TestTLSTimedOut: a client that sends no request after its handshake is told so.
func TestTLSTimedOut(t *testing.T) {
	inBubbleTLS(t, tell, func(t *testing.T, m *memory, client func(net.Conn) *tls.Conn) {
		c := client(m.dial())
		began := time.Now()
		io.WriteString(c, "x")
		got, err := io.ReadAll(c)
		if d := time.Since(began); string(got) != timedOut || err != nil || d.Round(time.Second) != 15*time.Second {
			t.Errorf("%q, %v, after %v", got, err, d)
		}
		c.Close()
	})
}

// TestTLSDrain stops a listener while clients have sent nothing, one byte of a handshake
// or of a plain request, or a whole handshake.
func TestTLSDrain(t *testing.T) {
	addr, config, stop := startTLS(t, &listen.TLS{AllowPlain: true}, tell)
	var clients sync.WaitGroup
	for i := range 60 {
		c := dial(t, addr)
		defer c.Close()
		clients.Go(func() {
			switch i % 4 {
			case 0:
				c.Write([]byte{0x16})
			case 1:
				c.Write([]byte("x"))
			case 2:
				tls.Client(c, config).Handshake()
			}
			io.Copy(io.Discard, c)
		})
	}
	time.Sleep(5 * time.Millisecond)
	if err := stop(); err != nil {
		t.Error(err)
	}
	clients.Wait()
}

// TestTLSUnreadBytes: see TestUnreadBytesCostNothing.
func TestTLSUnreadBytes(t *testing.T) {
	answer := bytes.Repeat([]byte("0123456789abcdef"), 3<<20/16)
	addr, config, _ := startTLS(t, &listen.TLS{}, answers(gopherframe.Binary(answer)))
	for i := range 10 {
		c, err := tls.Dial("tcp", addr, config)
		if err != nil {
			t.Fatal(err)
		}
		go io.WriteString(c, "a\r\n"+strings.Repeat("x", 64<<10))
		time.Sleep(time.Millisecond)
		got, err := io.ReadAll(c) // io.ErrUnexpectedEOF without a close_notify
		if err != nil || len(got) != len(answer) {
			t.Fatalf("%d: %d bytes of %d, %v", i, len(got), len(answer), err)
		}
		c.Close()
	}
}

// TestTLSSlowClient: a write deadline that passes in the middle of a TLS record does not
// cost the client the rest of the answer.
func TestTLSSlowClient(t *testing.T) {
	answer := bytes.Repeat([]byte("0123456789abcdef"), 100_000/16)
	inBubbleTLS(t, answers(gopherframe.Binary(answer)), func(t *testing.T, m *memory, client func(net.Conn) *tls.Conn) {
		raw := &slowReader{Conn: m.dial()}
		c := client(raw)
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		raw.slow = true
		began := time.Now()
		io.WriteString(c, "a\r\n")
		got, err := io.ReadAll(c)
		if err != nil || !bytes.Equal(got, answer) {
			t.Errorf("%d bytes of %d after %v, %v", len(got), len(answer), time.Since(began), err)
		}
		c.Close()
	})
}

// A slowReader that is slow takes at most 500 bytes in 5 seconds: a TLS record in three
// minutes, while the stall timeout is one minute.
type slowReader struct {
	net.Conn
	slow bool
}

func (s *slowReader) Read(p []byte) (int, error) {
	if s.slow {
		time.Sleep(5 * time.Second)
		p = p[:min(len(p), 500)]
	}
	return s.Conn.Read(p)
}

// writePair writes the certificate and its key to files, and returns their names.
func writePair(t *testing.T, dir, name string, pair tls.Certificate) (cert, key string) {
	t.Helper()
	cert, key = filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	certtest.WritePair(t, cert, key, pair)
	return cert, key
}

// TestReload changes the certificate and the key one after the other, while clients
// connect all the time. Not one handshake may fail, and an open connection goes on.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	var pairs [2]tls.Certificate
	roots := x509.NewCertPool()
	for i := range pairs {
		pair, err := listen.SelfSigned("localhost")
		if err != nil {
			t.Fatal(err)
		}
		roots.AddCert(pair.Leaf)
		pairs[i] = pair
	}
	cert, key := writePair(t, dir, "server", pairs[0])
	newCert, newKey := writePair(t, dir, "new", pairs[1])
	var log lockedBuffer
	released := make(chan struct{})
	addr, _, _ := startTLS(t, &listen.TLS{CertFile: cert, KeyFile: key, Log: slog.New(slog.NewTextHandler(&log, nil))},
		func(q *gopherframe.Request) gopherframe.Response {
			if q.Selector == "long" {
				<-released
			}
			return tell(q)
		})
	config := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	long, err := tls.Dial("tcp", addr, config)
	if err != nil {
		t.Fatal(err)
	}
	defer long.Close()
	io.WriteString(long, "long\r\n")

	ctx, cancel := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	var served atomic.Value // the serial number of the certificate of the last handshake
	for range 4 {
		clients.Go(func() {
			for ctx.Err() == nil {
				c, err := tls.Dial("tcp", addr, config)
				if err != nil {
					t.Errorf("a handshake failed: %v", err)
					return
				}
				served.Store(c.ConnectionState().PeerCertificates[0].SerialNumber.String())
				c.Close()
			}
		})
	}
	until := func(what string, done func() bool) {
		t.Helper()
		for began := time.Now(); !done(); time.Sleep(10 * time.Millisecond) {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("not within 20 s: %s; log:\n%s", what, log.String())
			}
		}
	}
	serves := func(pair tls.Certificate) func() bool {
		return func() bool { return served.Load() == pair.Leaf.SerialNumber.String() }
	}
	refused := func(n int) func() bool {
		return func() bool { return strings.Count(log.String(), "the new certificate is not used") >= n }
	}
	defer clients.Wait()
	defer cancel()
	until("the first certificate is served", serves(pairs[0]))
	half := filepath.Join(dir, "half")
	if err := os.WriteFile(half, []byte("-----BEGIN CERTIFICATE-----\nhalf"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		from, to string
		what     string
		done     func() bool
	}{
		{half, cert, "half a certificate is refused", refused(1)},
		{newCert, cert, "a certificate is refused while the key is another one's", refused(2)},
		{newKey, key, "the new certificate is served", serves(pairs[1])},
	} {
		if err := os.Rename(step.from, step.to); err != nil {
			t.Fatal(err)
		}
		until(step.what, step.done)
	}
	close(released)
	if got, err := io.ReadAll(long); string(got) != "tls localhost long\r\n.\r\n" || err != nil {
		t.Errorf("the old connection: %q, %v", got, err)
	}
}

func TestSelfSigned(t *testing.T) {
	if _, err := listen.SelfSigned(); err == nil {
		t.Error("a certificate for nobody")
	}
}
