package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/certtest"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// writePair writes a certificate and its key in PEM form.
func writePair(t *testing.T, pair tls.Certificate) (cert, key string) {
	t.Helper()
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certtest.WritePair(t, cert, key, pair)
	return cert, key
}

// TestClientCertificate: get and check show their certificate to servers that require
// one.
func TestClientCertificate(t *testing.T) {
	pair, err := listen.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := listen.SelfSigned("visitor")
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAnyClientCert,
		VerifyConnection: func(state tls.ConnectionState) error {
			if !state.PeerCertificates[0].Equal(ours.Leaf) {
				t.Error("the certificate is another one")
			}
			return nil
		},
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		ended <- listen.Run(ctx, func(*gopherframe.Request) gopherframe.Response { return gopherframe.NewMenu().Info("welcome") },
			&listen.TLS{Listener: ln, Config: config, Log: quiet}, &quic.Listener{PacketConn: packets, Config: config, Log: quiet})
	}()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	cert, key := writePair(t, ours)
	pins := filepath.Join(t.TempDir(), "pins")
	for _, url := range []string{"gophers://" + ln.Addr().String(), "gopher+quic://" + packets.LocalAddr().String()} {
		for _, command := range []string{"get", "check"} {
			if _, errs, code := call(t, "", command, "--pins", pins, "--cert", cert, "--key", key, url); code != 0 {
				t.Errorf("%s %s: exit %d, %q", command, url, code, errs)
			}
			if _, errs, code := call(t, "", command, "--pins", pins, url); code != 1 {
				t.Errorf("%s %s without a certificate: exit %d, %q", command, url, code, errs)
			}
		}
	}
	for _, args := range [][]string{{"--cert", cert}, {"--key", key}} {
		if _, errs, code := call(t, "", append([]string{"get", "gophers://127.0.0.1:1/"}, args...)...); code != 2 || !strings.Contains(errs, "--cert and --key need each other") {
			t.Errorf("%q: exit %d, %q", args, code, errs)
		}
	}
	if _, errs, code := call(t, "", "get", "--cert", "no.pem", "--key", key, "gophers://127.0.0.1:1/"); code != 1 || !strings.Contains(errs, "no.pem: no such file") {
		t.Errorf("no file: exit %d, %q", code, errs)
	}
}

// TestExplain: errors of connections say what can be done about them.
func TestExplain(t *testing.T) {
	pair, err := listen.SelfSigned("visitor")
	if err != nil {
		t.Fatal(err)
	}
	pins := " (its fingerprint is " + client.Fingerprint(pair.Leaf) + "; --pins FILE trusts it)"
	web, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	go func() {
		if c, err := web.Accept(); err == nil {
			c.(*tls.Conn).Handshake()
			c.Close()
		}
	}()
	_, notGopher := client.Get(t.Context(), "gophers://"+web.Addr().String())
	missing := &net.DNSError{Err: "no such host", Name: "no.such.example", Server: "192.0.2.1:53", IsNotFound: true}
	lost := &net.DNSError{Err: "server misbehaving", Name: "host.example", Server: "192.0.2.1:53", IsTemporary: true}
	for err, want := range map[error]string{
		notGopher: "tls: no application protocol (it speaks TLS there, but not Gopher)",
		&net.OpError{Op: "dial", Net: "tcp", Err: lost}:                      "the name host.example cannot be looked up: server misbehaving",
		x509.UnknownAuthorityError{Cert: pair.Leaf}:                          pins,
		x509.HostnameError{Certificate: pair.Leaf, Host: "host.example"}:     pins,
		x509.CertificateInvalidError{Cert: pair.Leaf, Reason: x509.Expired}:  pins,
		&net.OpError{Op: "dial", Net: "tcp", Err: missing}:                   "no host is called no.such.example",
		&net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}:    "dial tcp: i/o timeout",
		&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	} {
		if got := explain(err).Error(); !strings.HasSuffix(got, want) {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}
