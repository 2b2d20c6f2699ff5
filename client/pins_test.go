package client_test

import (
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/listen"
)

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
