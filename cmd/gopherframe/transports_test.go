package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopherframe/client/quic"
)

// allURLs returns a URL to listen at for each scheme but stdio.
func allURLs(t *testing.T) []string {
	return []string{
		"tcp://127.0.0.1:0", "tls://127.0.0.1:0", "tls+tcp://127.0.0.1:0", "quic://127.0.0.1:0",
		"unix://" + filepath.Join(t.TempDir(), "socket"),
	}
}

// connect opens a connection to the listener of that scheme.
func (r *running) connect(scheme string) (net.Conn, error) {
	trusting := &tls.Config{InsecureSkipVerify: true}
	addr := r.addrs[scheme]
	switch scheme {
	case "tls", "tls+tcp":
		return tls.Dial("tcp", addr, trusting)
	case "quic":
		return quic.Dial(context.Background(), addr, trusting)
	case "unix":
		return net.Dial("unix", addr)
	}
	return net.Dial("tcp", addr)
}

// checkAbout checks that the program answers over scheme with about.txt of site, whole.
func (r *running) checkAbout(t *testing.T, scheme string) {
	t.Helper()
	c, err := r.connect(scheme)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "about.txt\r\n")
	got, err := io.ReadAll(c)
	if !strings.HasPrefix(string(got), "This site is served by gopherframe.\r\n") || !strings.HasSuffix(string(got), "\r\n.\r\n") || err != nil {
		t.Errorf("%s: %q, %v", scheme, got, err)
	}
}

func TestTransports(t *testing.T) {
	r := startOn(t, allURLs(t), "--self-signed", "--log", "off", site)
	if len(r.said) != 1 || !regexp.MustCompile(`^certificate sha256:[0-9a-f]{64} for localhost, 127\.0\.0\.1, ::1$`).MatchString(r.said[0]) {
		t.Errorf("the program says %q", r.said)
	}
	for scheme := range r.addrs {
		r.checkAbout(t, scheme)
	}
	fingerprint := strings.Fields(r.said[0])[1]
	pins := filepath.Join(t.TempDir(), "pins")
	for url, args := range map[string][]string{
		"gopher://" + r.addrs["tcp"]:       nil,
		"gopher://" + r.addrs["tls+tcp"]:   nil,
		"gophers://" + r.addrs["tls"]:      {"--pins", pins},
		"gophers://" + r.addrs["tls+tcp"]:  {"--pins", pins},
		"gopher+quic://" + r.addrs["quic"]: {"--pins", pins},
	} {
		_, addr, _ := strings.Cut(url, "://")
		said := addr + ": remembered " + fingerprint + " in " + pins + "\n" // the first time
		if args == nil {
			said = ""
		}
		for range 2 {
			out, errs, code := call(t, "", append(append([]string{"get"}, args...), url+"/0about.txt")...)
			if !strings.HasPrefix(out, "This site is served by gopherframe.\n") || errs != said || code != 0 {
				t.Errorf("%s: exit %d, %q, %q", url, code, errs, out)
			}
			said = ""
		}
		if out, _, _ := call(t, "", append(append([]string{"get"}, args...), url)...); !strings.Contains(out, " "+url+"/0about.txt\n") {
			t.Errorf("%s: no link to the same port:\n%s", url, out)
		}
		if args == nil {
			continue
		}
		_, errs, code := call(t, "", "get", url)
		if want := "(its fingerprint is " + fingerprint + "; --pins FILE trusts it)\n"; code != 1 || !strings.HasSuffix(errs, want) {
			t.Errorf("%s without pins: exit %d, %q", url, code, errs)
		}
	}
	if got, err := os.ReadFile(pins); strings.Count(string(got), fingerprint) != 3 || err != nil {
		t.Errorf("the pins are %q, %v", got, err)
	}
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
	if _, err := os.Lstat(r.addrs["unix"]); err == nil {
		t.Error("the socket's file is left behind")
	}
}

// TestPublic: with --public and no port, the links in a menu have the port of the listener
// that the menu came from.
func TestPublic(t *testing.T) {
	for public, port := range map[string]string{"gopher.example": "", "gopher.example:7070": "7070", "2001:db8::1": ""} {
		r := startOn(t, allURLs(t), "--self-signed", "--log", "off", "--public", public, site)
		if !strings.Contains(r.said[0], ", "+strings.TrimSuffix(public, ":7070")) {
			t.Errorf("%s: %q", public, r.said)
		}
		for scheme, addr := range r.addrs {
			want := port
			if want == "" {
				if _, want, _ = net.SplitHostPort(addr); scheme == "unix" {
					want = "70"
				}
			}
			c, err := r.connect(scheme)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(c, "\r\n")
			got, err := io.ReadAll(c)
			c.Close()
			if link := "\tabout.txt\t" + strings.TrimSuffix(public, ":7070") + "\t" + want + "\r\n"; !strings.Contains(string(got), link) || err != nil {
				t.Errorf("--public %s, %s: no %q in %q, %v", public, scheme, link, got, err)
			}
		}
		r.stop(t, syscall.SIGTERM)
	}
}

// TestWrongScheme: the errors of plain Gopher to a TLS port, and of the reverse, name the
// right scheme.
func TestWrongScheme(t *testing.T) {
	r := startOn(t, []string{"tcp://127.0.0.1:0", "tls://127.0.0.1:0"}, "--self-signed", "--log", "off", site)
	for url, want := range map[string]string{"gopher://" + r.addrs["tls"]: "try gophers://", "gophers://" + r.addrs["tcp"]: "try gopher://"} {
		if _, errs, code := call(t, "", "get", url); code != 1 || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d, %q", url, code, errs)
		}
	}
}

// TestBadServers: errors of connections say in plain words what is wrong.
func TestBadServers(t *testing.T) {
	r := startOn(t, []string{"tls://127.0.0.1:0"}, "--self-signed", "--log", "off", site)
	pins := filepath.Join(t.TempDir(), "pins")
	if err := os.WriteFile(pins, []byte(r.addrs["tls"]+" sha256:00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	udp := silent.LocalAddr().String()
	want := "gopherframe: no answer over QUIC from " + udp + " (UDP): perhaps no server is there, or a firewall keeps UDP out\n"
	if _, errs, code := call(t, "", "get", "gopher+quic://"+udp); code != 1 || errs != want {
		t.Errorf("exit %d, %q, want %q", code, errs, want)
	}
	_, errs, code := call(t, "", "get", "--pins", pins, "gophers://"+r.addrs["tls"])
	if want = "gopherframe: " + r.addrs["tls"] + " has another certificate than before,"; code != 1 || !strings.HasPrefix(errs, want) {
		t.Errorf("a changed certificate: exit %d, %q, want %q", code, errs, want)
	}
}

// limitReadBuffer bounds how many bytes the kernel receives for c that were not read. When
// no more than that is missing, the server may have sent everything.
func limitReadBuffer(t *testing.T, c net.Conn) {
	t.Helper()
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(1 << 20); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDrain: a transfer of 200 MB over each transport is under way when SIGTERM
// comes. It is completed, no new connections are accepted, and the exit is clean.
func TestDrain(t *testing.T) {
	dir := t.TempDir()
	const size = 200_000_000
	// after is how many bytes are read after SIGTERM. They must not fit into the buffers
	// on the way, which hold up to 6 MB with QUIC, and must be sent within Limits.Grace,
	// also by a program with the race detector on a busy machine.
	const after = 10_000_000
	const before = size - after
	big := filepath.Join(dir, "big.bin")
	if err := os.WriteFile(big, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, size); err != nil {
		t.Fatal(err)
	}
	for _, url := range allURLs(t) {
		scheme, _, _ := strings.Cut(url, ":")
		t.Run(scheme, func(t *testing.T) {
			args := []string{dir}
			if (&endpoint{scheme: scheme}).isSecure() {
				args = append(args, "--self-signed")
			}
			r := startOn(t, []string{url}, args...)
			c, err := r.connect(scheme)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			limitReadBuffer(t, c)
			io.WriteString(c, "big.bin\r\n")
			if _, err := io.CopyN(io.Discard, c, before); err != nil {
				t.Fatal(err)
			}
			r.cmd.Process.Signal(syscall.SIGTERM)
			for { // the transfer is cut if this takes longer than Limits.Grace
				other, err := r.connect(scheme)
				if err != nil {
					break
				}
				other.Close()
				time.Sleep(10 * time.Millisecond)
			}
			if n, err := io.Copy(io.Discard, c); err != nil || n != after {
				t.Errorf("%d bytes are missing, %v", after-n, err)
			}
			c.Close()
			if rest, code := r.wait(t); code != 0 || !strings.Contains(rest, fmt.Sprint("bytes=", size)) {
				t.Errorf("exit %d, %q", code, rest)
			}
		})
	}
	t.Run("stdio", func(t *testing.T) {
		cmd := program("serve", "--listen", "stdio:", dir)
		cmd.Stdin = strings.NewReader("big.bin\r\n")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, out, before); err != nil {
			t.Fatal(err)
		}
		cmd.Process.Signal(syscall.SIGTERM)
		time.Sleep(100 * time.Millisecond)
		if n, err := io.Copy(io.Discard, out); err != nil || n != after {
			t.Errorf("%d bytes are missing, %v", after-n, err)
		}
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// TestTLSClients: curl verifies the certificate. openssl gets the ALPN protocol and, at the
// end of the answer, an end of TLS.
func TestTLSClients(t *testing.T) {
	cert, key := writeCertificate(t)
	r := startOn(t, []string{"tls://127.0.0.1:0", "tls+tcp://127.0.0.1:0"}, "--cert", cert, "--key", key, "--log", "off", site)
	for _, scheme := range []string{"tls", "tls+tcp"} {
		_, port, _ := net.SplitHostPort(r.addrs[scheme])
		has(t, browse(t, "", "curl", "-sS", "--cacert", cert, "--resolve", "localhost:"+port+":127.0.0.1", "gophers://localhost:"+port+"/"),
			"iWelcome to a small site.", "0About this site\tabout.txt\t127.0.0.1\t"+port+"\r\n", "\r\n.\r\n")
		out := browse(t, "about.txt\r\n", "openssl", "s_client", "-connect", r.addrs[scheme], "-servername", "localhost",
			"-CAfile", cert, "-alpn", "gopher", "-verify_return_error", "-ign_eof", "-brief")
		has(t, out, "This site is served by gopherframe.\r\n", "\r\n.\r\n")
		out = browse(t, "about.txt\n", "openssl", "s_client", "-connect", r.addrs[scheme], "-CAfile", cert, "-tls1_2", "-alpn", "gopher", "-ign_eof")
		has(t, out, "ALPN protocol: gopher", "This site is served by gopherframe.\r\n")
	}
	has(t, browse(t, "", "curl", "-sS", "gopher://"+r.addrs["tls+tcp"]+"/0about.txt"), "This site is served by gopherframe.\r\n")
	old := exec.Command("openssl", "s_client", "-connect", r.addrs["tls"], "-tls1_1")
	if out, err := old.CombinedOutput(); err == nil {
		t.Errorf("TLS 1.1 is spoken:\n%s", out)
	}
}

// writeCertificate has openssl write a certificate for localhost and its key.
func writeCertificate(t *testing.T) (cert, key string) {
	t.Helper()
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	browse(t, "", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
		"-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", cert, "-keyout", key)
	return cert, key
}

// TestActivation: the program serves sockets that were opened for it, as systemd opens
// them, and notifies systemd when it is ready and when it stops.
func TestActivation(t *testing.T) {
	cert, key := writeCertificate(t)
	dir := t.TempDir()
	var files []*os.File
	addrs := map[string]string{}
	pass := func(scheme, addr string, file *os.File, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { file.Close() })
		files = append(files, file)
		addrs[scheme] = addr
	}
	for _, scheme := range []string{"tcp", "tls", "tls+tcp"} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		file, err := ln.(*net.TCPListener).File()
		pass(scheme, ln.Addr().String(), file, err)
	}
	unix, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	file, err := unix.(*net.UnixListener).File()
	pass("unix", unix.Addr().String(), file, err)
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	file, err = udp.(*net.UDPConn).File()
	pass("quic", udp.LocalAddr().String(), file, err)

	notify, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer notify.Close()
	notify.SetReadDeadline(time.Now().Add(30 * time.Second))
	heard := func() string {
		buf := make([]byte, 100)
		n, err := notify.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}

	// LISTEN_PID must be the number of the process, which only the process itself knows:
	// a shell sets it, and becomes the program.
	cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$@"`, "sh", os.Args[0], "serve", "--cert", cert, "--key", key, "--log", "off", site)
	cmd.Env = append(os.Environ(), beProgram+"=1", "LISTEN_FDS=5", "LISTEN_FDNAMES=gopher.socket:tls:tls+tcp:gopher.socket:gopher.socket",
		"NOTIFY_SOCKET="+notify.LocalAddr().String())
	cmd.ExtraFiles = files
	r := startCommand(t, cmd, 5)
	if got := heard(); got != "READY=1" {
		t.Errorf("systemd hears %q", got)
	}
	for scheme, addr := range addrs {
		if r.addrs[scheme] != addr {
			t.Errorf("%s is at %q, want %q", scheme, r.addrs[scheme], addr)
		}
		r.checkAbout(t, scheme)
	}
	r.cmd.Process.Signal(syscall.SIGTERM)
	if got := heard(); got != "STOPPING=1" {
		t.Errorf("systemd hears %q", got)
	}
	if rest, code := r.wait(t); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
	if _, err := os.Lstat(addrs["unix"]); err != nil {
		t.Error("the socket's file was removed, but it is not ours")
	}
}

func TestUselessSockets(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	socket, err := ln.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, tt := range []struct {
		file       *os.File
		name, want string
	}{
		{reader, "odd", "inherited socket odd: is no socket that listens"},
		{socket, "TLS", `"TLS" does not, so correct it or leave it out`},
		{socket, "quic", `"quic" does not, so correct it or leave it out`},
	} {
		cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$@"`, "sh", os.Args[0], "serve", site)
		cmd.Env = append(os.Environ(), beProgram+"=1", "LISTEN_FDS=1", "LISTEN_FDNAMES="+tt.name)
		cmd.ExtraFiles = []*os.File{tt.file}
		var errs bytes.Buffer
		cmd.Stderr = &errs
		cmd.Run()
		if !strings.Contains(errs.String(), tt.want) || cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%v, %q", cmd.ProcessState, errs.String())
		}
	}
}

// TestFewDescriptors: descriptors are the process's, so idle clients of one listener do
// not keep those of another from being served.
func TestFewDescriptors(t *testing.T) {
	urls := []string{"tcp://127.0.0.1:0", "tls://127.0.0.1:0", "tls+tcp://127.0.0.1:0"}
	args := []string{"-c", "ulimit -n 200; exec \"$0\" \"$@\"", os.Args[0], "serve", "--self-signed", site}
	for _, url := range urls {
		args = append(args, "--listen", url)
	}
	cmd := exec.Command("sh", args...)
	cmd.Env = append(os.Environ(), beProgram+"=1")
	r := startCommand(t, cmd, len(urls))
	for range 100 {
		for _, addr := range r.addrs {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
		}
	}
	for range 10 {
		for _, scheme := range []string{"tcp", "tls+tcp"} {
			c, err := net.Dial("tcp", r.addrs[scheme])
			if err != nil {
				t.Fatal(err)
			}
			c.SetDeadline(time.Now().Add(10 * time.Second))
			io.WriteString(c, "about.txt\n")
			if got, err := io.ReadAll(c); !strings.HasSuffix(string(got), "\r\n.\r\n") || err != nil {
				t.Errorf("%s: %q, %v", scheme, got, err)
			}
			c.Close()
		}
	}
}
