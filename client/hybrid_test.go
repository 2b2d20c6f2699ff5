package client_test

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
	"testing"
	"time"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/leak"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// hybrid serves one app over TCP, TLS and QUIC, each on a free port, and returns
// their URLs and the certificate.
func hybrid(t *testing.T, h gopherframe.Handler) (urls map[string]string, pair tls.Certificate) {
	t.Helper()
	leak.Check(t)
	pair, err := listen.SelfSigned("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	bind := func() net.Listener {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return ln
	}
	plain, secure := bind(), bind()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		ended <- listen.Run(ctx, h,
			&listen.TCP{Listener: plain, Log: quiet},
			&listen.TLS{Listener: secure, Config: config, Log: quiet},
			&quic.Listener{PacketConn: packets, Config: config, Log: quiet},
		)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return map[string]string{
		"tcp":  "gopher://" + plain.Addr().String(),
		"tls":  "gophers://" + secure.Addr().String(),
		"quic": "gopher+quic://" + packets.LocalAddr().String(),
	}, pair
}

func trusting(pair tls.Certificate) *client.Client {
	roots := x509.NewCertPool()
	roots.AddCert(pair.Leaf)
	return &client.Client{TLS: &tls.Config{RootCAs: roots}}
}

// TestHybrid: over each transport, the links of a menu lead to the port that the menu came
// from, and so to answers over the same transport.
func TestHybrid(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Text("How", "how").Search("Find", "find")
	})
	r.Handle("how", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(".by " + q.Transport)
	})
	r.Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(q.Query)
	})
	urls, pair := hybrid(t, r.Respond)
	c := trusting(pair)
	for transport, url := range urls {
		a, err := c.Get(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		menu, err := a.Menu()
		a.Close()
		if err != nil || len(menu.Items) != 2 {
			t.Fatalf("%s: %v, %v", transport, menu, err)
		}
		for i, want := range []string{".by " + transport + "\n", "grüße a b\n"} {
			link := a.URL.Link(menu.Items[i])
			if !strings.HasPrefix(link, url+"/") {
				t.Errorf("%s links to %s", url, link)
			}
			if i == 1 {
				link += "%09gr%C3%BC%C3%9Fe%20a%20b"
			}
			if got := text(t, c, link); got != want {
				t.Errorf("%s: %q, want %q", link, got, want)
			}
		}
	}
}

func text(t *testing.T, c *client.Client, url string) string {
	t.Helper()
	a, err := c.Get(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	got, err := io.ReadAll(a.Text())
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestTrust(t *testing.T) {
	urls, _ := hybrid(t, func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("x") })
	var unknown x509.UnknownAuthorityError
	for _, transport := range []string{"tls", "quic"} {
		if _, err := client.Get(t.Context(), urls[transport]); !errors.As(err, &unknown) {
			t.Errorf("%s: %v", transport, err)
		}
	}
}

func TestPins(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pins")
	pins, err := client.OpenPins(file)
	if err != nil {
		t.Fatal(err)
	}
	var added strings.Builder
	pins.Added = func(addr, fingerprint string) { added.WriteString(addr + " " + fingerprint + "\n") }
	urls, pair := hybrid(t, func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("x") })
	for range 2 {
		for _, transport := range []string{"tls", "quic"} {
			var clients sync.WaitGroup
			for range 3 {
				clients.Go(func() {
					if got := text(t, &client.Client{Pins: pins}, urls[transport]+"/0x"); got != "x\n" {
						t.Errorf("%s: %q", transport, got)
					}
				})
			}
			clients.Wait()
		}
	}
	fingerprint := client.Fingerprint(pair.Leaf)
	addr := strings.TrimPrefix(urls["tls"], "gophers://")
	want := addr + " " + fingerprint + "\n" + strings.TrimPrefix(urls["quic"], "gopher+quic://") + " " + fingerprint + "\n"
	if got, err := os.ReadFile(file); string(got) != want || err != nil {
		t.Errorf("the file is %q, %v, want %q", got, err, want)
	}
	if added.String() != want {
		t.Errorf("Added was called with %q, want %q", added.String(), want)
	}

	// The file has a pin with another fingerprint.
	changed := strings.Replace(want, fingerprint, "sha256:"+strings.Repeat("0", 64), 1)
	if err := os.WriteFile(file, []byte("# mine\n\n"+changed), 0o600); err != nil {
		t.Fatal(err)
	}
	if pins, err = client.OpenPins(file); err != nil {
		t.Fatal(err)
	}
	var wrong *client.PinError
	if _, err := (&client.Client{Pins: pins}).Get(t.Context(), urls["tls"]); !errors.As(err, &wrong) || wrong.Addr != addr || wrong.Got != fingerprint {
		t.Errorf("a changed certificate: %v", err)
	}
	// An authority that vouches for the new certificate overrules the pin.
	vouched := trusting(pair)
	vouched.Pins = pins
	if got := text(t, vouched, urls["tls"]+"/0x"); got != "x\n" {
		t.Errorf("with an authority: %q", got)
	}

	// The file is edited by hand, or by another program after OpenPins.
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("h.example:70 sha256:00"), 0o600); err != nil { // no line end
		t.Fatal(err)
	}
	if pins, err = client.OpenPins(other); err != nil {
		t.Fatal(err)
	}
	text(t, &client.Client{Pins: pins}, urls["tls"]+"/0x")
	want = "h.example:70 sha256:00\n" + addr + " " + fingerprint + "\n"
	if got, err := os.ReadFile(other); string(got) != want || err != nil {
		t.Errorf("the edited file is %q, %v, want %q", got, err, want)
	}
	if err := os.WriteFile(other, []byte(strings.TrimPrefix(urls["quic"], "gopher+quic://")+" sha256:00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (&client.Client{Pins: pins}).Get(t.Context(), urls["quic"]); !errors.As(err, &wrong) || wrong.Want != "sha256:00" {
		t.Errorf("a pin that another program made: %v", err)
	}

	// A certificate that cannot be written down is not trusted.
	absent, err := client.OpenPins(filepath.Join(t.TempDir(), "absent", "pins"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&client.Client{Pins: absent}).Get(t.Context(), urls["tls"]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that cannot be written: %v", err)
	}
	for _, bad := range []string{"h:70\n", "h:70 md5:0\n", "a b c\n"} {
		if err := os.WriteFile(file, []byte("\n"+bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := client.OpenPins(file); err == nil || !strings.Contains(err.Error(), "pins:2:") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestPinOfAnother: a server that shows a certificate without having its key gets no pin.
func TestPinOfAnother(t *testing.T) {
	shown, err := listen.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	own, err := listen.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	shown.PrivateKey = own.PrivateKey
	file := filepath.Join(t.TempDir(), "pins")
	pins, err := client.OpenPins(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{shown}, MaxVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		go func() {
			if c, err := ln.Accept(); err == nil {
				c.(*tls.Conn).Handshake()
				c.Close()
			}
		}()
		if _, err := (&client.Client{Pins: pins}).Get(t.Context(), "gophers://"+ln.Addr().String()); err == nil {
			t.Error("it is trusted")
		}
		if got, err := os.ReadFile(file); !os.IsNotExist(err) {
			t.Errorf("the pins are %q, %v", got, err)
		}
	}
}

func TestLimits(t *testing.T) {
	release := make(chan struct{})
	urls, pair := hybrid(t, func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "silent" {
			return &gopherframe.Stream{Type: '0', Write: func(ctx context.Context, w io.Writer) error {
				io.WriteString(w, "x\n")
				<-release
				return nil
			}}
		}
		return gopherframe.Binary(make([]byte, 1000))
	})
	defer close(release)
	c := trusting(pair)
	for transport, url := range urls {
		for _, tt := range []struct {
			max int64
			ok  bool
		}{{999, false}, {1000, true}, {-1, true}, {0, true}} {
			c.MaxBytes = tt.max
			a, err := c.Get(t.Context(), url+"/9x")
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(a)
			a.Close()
			if tt.ok && (err != nil || len(got) != 1000) || !tt.ok && (!errors.Is(err, client.ErrTooLong) || len(got) != 999) {
				t.Errorf("%s, at most %d: %d bytes, %v", transport, tt.max, len(got), err)
			}
		}
		a, err := c.Get(t.Context(), url+"/0silent")
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		sent := make([]byte, len("x\r\n"))
		if _, err := io.ReadFull(a, sent); string(sent) != "x\r\n" || err != nil {
			t.Errorf("%s: %q, %v", transport, sent, err)
		}
		// From here on: on a busy machine, a handshake takes longer than this.
		a.SetIdleTimeout(50 * time.Millisecond)
		if got, err := io.ReadAll(a); len(got) > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %q, %v", transport, got, err)
		}
	}

	endless := "0" + strings.Repeat("x", 1000) + "\tx\th\t70\r\n"
	addr, _ := serve(t, string(bytes.Repeat([]byte(endless), 17<<20/len(endless))))
	a, err := client.Get(t.Context(), "gopher://"+addr)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.Menu(); !errors.Is(err, client.ErrTooLong) {
		t.Errorf("a menu without an end: %v", err)
	}
}
