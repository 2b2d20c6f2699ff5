package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopherframe/client"
	"gopherframe/client/quic"
	"gopherframe/internal/certtest"
	"gopherframe/listen"
)

// hostSite returns a directory whose menu names the host and has a link.
func hostSite(t *testing.T, host string) string {
	t.Helper()
	return writeSite(t, map[string]string{"gophermap": "This is " + host + ".\n0File\tfile.txt\nHosts:\n", "file.txt": "A file of " + host + ".\n"})
}

// certificateFor writes a certificate for the host, which vouches for itself, and its key.
func certificateFor(t *testing.T, host string) (cert, key string) {
	t.Helper()
	pair, err := listen.SelfSigned(host)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certtest.WritePair(t, cert, key, pair)
	return cert, key
}

// dialFor opens a connection for the host, and checks the certificate.
func (r *running) dialFor(t *testing.T, scheme, host, cert string) net.Conn {
	t.Helper()
	pem, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{RootCAs: roots, ServerName: host}
	var c net.Conn
	if scheme == "quic" {
		c, err = quic.Dial(context.Background(), r.addrs[scheme], config)
	} else {
		c, err = tls.Dial("tcp", r.addrs[scheme], config)
	}
	if err != nil {
		t.Fatalf("%s for %s: %v", scheme, host, err)
	}
	return c
}

// TestHosts: over TLS, QUIC and HTTP the host that is asked for answers, each with its
// certificate, and its links lead to it at the port of the listener.
func TestHosts(t *testing.T) {
	certA, keyA := certificateFor(t, "a.example")
	certB, keyB := certificateFor(t, "b.example")
	urls := []string{"tcp://127.0.0.1:0", "tls://127.0.0.1:0", "tls+tcp://127.0.0.1:0", "quic://127.0.0.1:0", "http://127.0.0.1:0", "https://127.0.0.1:0"}
	for public, want := range map[string]struct{ host, port string }{"": {"127.0.0.1", ""}, "main.example": {"main.example", ""}, "main.example:7": {"main.example", "7"}} {
		args := []string{"--host", "A.example=" + hostSite(t, "a"), "--host", "b.example=" + hostSite(t, "b"), "--cert", certA, "--key", keyA, "--cert", certB, "--key", keyB,
			"--log", "off", hostSite(t, "the default")}
		if public != "" {
			args = append(args, "--public", public)
		}
		r := startOn(t, urls, args...)
		for _, scheme := range []string{"tls", "tls+tcp", "quic"} {
			_, port, _ := net.SplitHostPort(r.addrs[scheme])
			if want.port != "" {
				port = want.port
			}
			for host, cert := range map[string]string{"a.example": certA, "b.example": certB} {
				c := r.dialFor(t, scheme, host, cert)
				io.WriteString(c, "\r\n")
				got, err := io.ReadAll(c)
				c.Close()
				name := strings.Replace(host, "a.", "A.", 1) // as it was given
				if !strings.HasPrefix(string(got), "iThis is "+host[:1]+".\t") || !strings.Contains(string(got), "0File\tfile.txt\t"+name+"\t"+port+"\r\n") || err != nil {
					t.Errorf("--public %q, %s for %s: %q, %v", public, scheme, host, got, err)
				}
			}
		}
		_, port, _ := net.SplitHostPort(r.addrs["tcp"])
		if want.port != "" {
			port = want.port
		}
		r.addr = r.addrs["tcp"]
		if got := r.ask(t, "\r\n"); !strings.HasPrefix(got, "iThis is the default.\t") || !strings.Contains(got, "0File\tfile.txt\t"+want.host+"\t"+port+"\r\n") {
			t.Errorf("--public %q, plain: %q", public, got)
		}
		if public != "main.example" {
			r.stop(t, syscall.SIGTERM)
			continue
		}
		_, port, _ = net.SplitHostPort(r.addrs["tls"])
		for host, cert := range map[string]string{"a.example": certA, "b.example": certB} {
			has(t, browse(t, "", "curl", "-sS", "--cacert", cert, "--resolve", host+":"+port+":127.0.0.1", "gophers://"+host+":"+port+"/0file.txt"), "A file of "+host[:1]+".\r\n")
			has(t, browse(t, "file.txt\r\n", "openssl", "s_client", "-connect", r.addrs["tls"], "-servername", host, "-CAfile", cert,
				"-verify_hostname", host, "-verify_return_error", "-ign_eof", "-brief"), "A file of "+host[:1]+".\r\n")
			_, web, _ := net.SplitHostPort(r.addrs["http"])
			_, plain, _ := net.SplitHostPort(r.addrs["tcp"])
			has(t, browse(t, "", "curl", "-sS", "--resolve", host+":"+web+":127.0.0.1", "http://"+host+":"+web+"/1/"),
				"This is "+host[:1]+".", `href="/0/file.txt"`, `href="gopher://`+strings.Replace(host, "a.", "A.", 1)+":"+plain)
			_, web, _ = net.SplitHostPort(r.addrs["https"])
			has(t, browse(t, "", "curl", "-sS", "--cacert", cert, "--resolve", host+":"+web+":127.0.0.1", "https://"+host+":"+web+"/0/file.txt?raw"), "A file of "+host[:1])
		}
		// A name that no certificate and no --host has: the first certificate, and the site of DIR.
		has(t, browse(t, "file.txt\r\n", "openssl", "s_client", "-connect", r.addrs["tls"], "-servername", "c.example", "-CAfile", certA,
			"-verify_hostname", "a.example", "-verify_return_error", "-ign_eof", "-brief"), "A file of the default.\r\n")
		r.stop(t, syscall.SIGTERM)
	}
}

// TestHostOfAListener: a listener may be for one host, so that plain Gopher has several. Over TLS
// another one can be asked for there all the same. The log and the metrics say which one answered.
func TestHostOfAListener(t *testing.T) {
	cert, key := certificateFor(t, "a.example")
	socket := filepath.Join(t.TempDir(), "s")
	metrics := freePort(t)
	cmd := program("serve", "--listen", "tcp://127.0.0.1:0=b.example", "--listen", "tls://127.0.0.1:0=b.example", "--listen", "unix://"+socket+"?host=A.EXAMPLE",
		"--host", "a.example="+hostSite(t, "a"), "--host", "b.example="+hostSite(t, "b"), "--cert", cert, "--key", key, "--metrics", metrics, hostSite(t, "the default"))
	r := startCommand(t, cmd, 4)
	_, port, _ := net.SplitHostPort(r.addrs["tcp"])
	r.addr = r.addrs["tcp"]
	if got := r.ask(t, "\r\n"); !strings.HasPrefix(got, "iThis is b.\t") || !strings.Contains(got, "0File\tfile.txt\tb.example\t"+port+"\r\n") {
		t.Errorf("tcp: %q", got)
	}
	for asked, want := range map[string]string{"": "b", "c.example": "b", "b.example": "b", "a.example": "a"} {
		c, err := tls.Dial("tcp", r.addrs["tls"], &tls.Config{InsecureSkipVerify: true, ServerName: asked})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, "file.txt\r\n")
		if got, err := io.ReadAll(c); string(got) != "A file of "+want+".\r\n.\r\n" || err != nil {
			t.Errorf("tls for %q: %q, %v", asked, got, err)
		}
		c.Close()
	}
	c, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, "\r\n")
	if got, err := io.ReadAll(c); !strings.HasPrefix(string(got), "iThis is a.\t") || !strings.Contains(string(got), "0File\tfile.txt\ta.example\t70\r\n") || err != nil {
		t.Errorf("unix: %q, %v", got, err)
	}
	c.Close()
	const counted = `gopherframe_exchanges_total{host="b.example",outcome="ok",pattern="",transport="tls",type="0"} 3`
	for deadline := time.Now().Add(time.Minute); !strings.Contains(browse(t, "", "curl", "-sS", "http://"+metrics+"/metrics"), counted); {
		if time.Now().After(deadline) {
			t.Fatalf("no %s", counted)
		}
		time.Sleep(10 * time.Millisecond)
	}
	rest, _ := r.stop(t, syscall.SIGTERM)
	if strings.Count(rest, "host=b.example") != 4 || strings.Count(rest, "host=a.example") != 2 || strings.Contains(rest, "c.example") {
		t.Errorf("the log:\n%s", rest)
	}
	out, errs, code := call(t, "file.txt\n", "serve", "--listen", "stdio:=a.example", "--host", "a.example="+hostSite(t, "a"), "--log", "off", hostSite(t, "the default"))
	if out != "A file of a.\r\n.\r\n" || code != 0 {
		t.Errorf("stdio: %q, %q, exit %d", out, errs, code)
	}
}

// TestCertificateOfAHost: one of several pairs of files is renewed, and the other ones stay.
func TestCertificateOfAHost(t *testing.T) {
	certA, keyA := certificateFor(t, "a.example")
	certB, keyB := certificateFor(t, "b.example")
	r := startOn(t, []string{"tls://127.0.0.1:0"}, "--log", "off", "--cert", certA, "--key", keyA, "--cert", certB, "--key", keyB, site)
	shown := func(host string) string {
		c, err := tls.Dial("tcp", r.addr, &tls.Config{InsecureSkipVerify: true, ServerName: host})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return client.Fingerprint(c.ConnectionState().PeerCertificates[0])
	}
	a, b := shown("a.example"), shown("b.example")
	pair, err := listen.SelfSigned("b.example")
	if err != nil {
		t.Fatal(err)
	}
	certtest.WritePair(t, certB, keyB, pair)
	for deadline := time.Now().Add(time.Minute); shown("b.example") == b; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the new certificate is not used")
		}
	}
	if got := shown("b.example"); got != client.Fingerprint(pair.Leaf) {
		t.Errorf("%s is shown for b.example", got)
	}
	if got := shown("a.example"); got != a {
		t.Errorf("%s is shown for a.example, not %s", got, a)
	}
}

// TestUsersOfTheSystem: a name that no user has is not found, and neither is one who publishes
// nothing.
func TestUsersOfTheSystem(t *testing.T) {
	r := start(t, "--users", "public_gopher-of-nobody", "--log", "off", site)
	for _, line := range []string{"~root\r\n", "/~root/\r\n", "~nobody-has-this-name/x\r\n", "%7Eroot/\r\n"} {
		if got := r.ask(t, line); got != "3Not found.\t\terror.host\t0\r\n.\r\n" {
			t.Errorf("%q: %q", line, got)
		}
	}
	if got := r.ask(t, "about.txt\r\n"); !strings.HasPrefix(got, "This site") {
		t.Errorf("%q", got)
	}
}

// TestReadableHosts: within the sandbox the directories of hosts can be read, and those of the
// accounts and homes, but never all there is.
func TestReadableHosts(t *testing.T) {
	h := &hosts{Host: []string{"a.example=/srv/a=b"}}
	if got := h.readable(); !slices.Equal(got, []string{"/srv/a=b"}) {
		t.Errorf("without --users: %q", got)
	}
	h.Users = "public_gopher"
	got := h.readable()
	if len(got) < 2 || got[0] != "/srv/a=b" || got[1] != "/etc" || slices.Contains(got, "/") {
		t.Errorf("with --users: %q", got)
	}
}
