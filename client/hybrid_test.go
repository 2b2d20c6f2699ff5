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
	"strings"
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
