package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// freePort returns the "host:port" of a port that is free, for programs that cannot bind
// port 0 and say which one they got.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// haproxy starts HAProxy in front of two servers. It returns the address for clients, and
// a function that stops HAProxy and returns the server that each client was given to, by
// the port of the client.
func haproxy(t *testing.T, option, one, two string) (addr string, stop func() map[string]string) {
	t.Helper()
	needsProgram(t, "haproxy")
	addr = freePort(t)
	log, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	log.SetReadBuffer(8 << 20)
	config := filepath.Join(t.TempDir(), "haproxy.cfg")
	text := fmt.Sprintf(`
global
    log %s local0
defaults
    mode tcp
    log global
    log-format "client=%%cp server=%%s"
    timeout connect 2s
    timeout client 20s
    timeout server 20s
    retries 3
    option redispatch 1
listen gopher
    bind %s
    balance roundrobin
    default-server check inter 100ms fall 1 %s
    server one %s
    server two %s
`, log.LocalAddr(), addr, option, one, two)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("haproxy", "-db", "-f", config)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	servers := map[string]string{}
	var reader sync.WaitGroup
	reader.Go(func() {
		buf := make([]byte, 2000)
		for {
			n, err := log.Read(buf)
			if err != nil {
				return
			}
			var client, server string
			if _, entry, ok := strings.Cut(string(buf[:n]), "client="); ok {
				if n, _ := fmt.Sscanf(entry, "%s server=%s", &client, &server); n == 2 {
					servers[client] = server
				}
			}
		}
	})
	stopped := false
	stop = func() map[string]string {
		if !stopped {
			stopped = true
			cmd.Process.Kill()
			cmd.Wait()
			log.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
			reader.Wait()
			log.Close()
		}
		return servers
	}
	t.Cleanup(func() { stop() })
	for range 500 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return addr, stop
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("haproxy does not listen: %s", said.String())
	return "", nil
}

// TestHAProxy kills one of two servers under load. Every request that HAProxy gave to the
// other one is answered, and the log has the addresses of the clients.
func TestHAProxy(t *testing.T) {
	dir := t.TempDir()
	answer := bytes.Repeat([]byte("0123456789abcdef"), 300_000/16)
	if err := os.WriteFile(filepath.Join(dir, "page.bin"), answer, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, option := range []string{"send-proxy", "send-proxy-v2"} {
		t.Run(option, func(t *testing.T) {
			one := start(t, "--proxy-protocol", "127.0.0.0/8", dir)
			two := start(t, "--proxy-protocol", "127.0.0.0/8", dir)
			var logged sync.WaitGroup
			var log []byte
			logged.Go(func() { log, _ = io.ReadAll(two.stderr) })
			go io.Copy(io.Discard, one.stderr)
			addr, stop := haproxy(t, option, one.addr, two.addr)

			var mu sync.Mutex
			failed := map[string]error{} // by the client's port
			answered := map[string]bool{}
			ask := func() {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Close()
				_, port, _ := net.SplitHostPort(c.LocalAddr().String())
				io.WriteString(c, "page.bin\r\n")
				got, err := io.ReadAll(c)
				if err == nil && !bytes.Equal(got, answer) {
					err = fmt.Errorf("%d bytes", len(got))
				}
				mu.Lock()
				defer mu.Unlock()
				delete(failed, port)
				answered[port] = err == nil
				if err != nil {
					failed[port] = err
				}
			}
			var clients sync.WaitGroup
			killed := make(chan struct{})
			for range 8 {
				clients.Go(func() {
					for range 50 {
						ask()
					}
					<-killed
					for range 50 {
						ask()
					}
				})
			}
			time.Sleep(100 * time.Millisecond)
			one.cmd.Process.Kill()
			close(killed)
			clients.Wait()

			servers := stop()
			two.cmd.Process.Signal(syscall.SIGTERM)
			logged.Wait() // to the end of its stderr
			if err := two.cmd.Wait(); err != nil {
				t.Error(err)
			}
			byTwo := 0
			for port := range answered {
				if servers[port] == "two" {
					byTwo++
				}
			}
			if byTwo < 400 {
				t.Errorf("the living server had %d clients", byTwo)
			}
			for port, err := range failed {
				if servers[port] != "one" {
					t.Errorf("the client at port %s, whom HAProxy gave to %q, got %v", port, servers[port], err)
				}
			}
			unknown := 0
			for port, ok := range answered {
				if ok && servers[port] == "two" && !bytes.Contains(log, []byte("remote=127.0.0.1:"+port+" ")) {
					unknown++
				}
			}
			if unknown > 0 {
				t.Errorf("%d clients are not in the log by their own addresses:\n%.2000s", unknown, log)
			}
			t.Logf("%d answered, %d of them by the living server; %d failed on the dead one", len(answered)-len(failed), byTwo, len(failed))
		})
	}
}

// TestProxyProtocol: a connection from a network of --proxy-protocol needs a header, whose
// address goes to the log. A connection from elsewhere gets no answer.
func TestProxyProtocol(t *testing.T) {
	const header = "PROXY TCP4 192.0.2.7 192.0.2.1 1234 70\r\n"
	for _, url := range []string{"tcp://127.0.0.1:0", "tls+tcp://127.0.0.1:0"} {
		for _, tt := range []struct {
			network, line string
			answered      bool
		}{
			{"127.0.0.1/32", header + "about.txt\r\n", true},
			{"127.0.0.1/32", "about.txt\r\n", false},
			{"127.0.0.1/32", "PROXY TCP4 192.0.2.7\r\nabout.txt\r\n", false},
			{"127.0.0.1/32", "\r\n\r\n\x00\r\nQUIT\n\xff\xff\xff\xff", false},
			{"10.0.0.0/8", header + "about.txt\r\n", false},
			{"10.0.0.0/8", "about.txt\r\n", false},
		} {
			args := []string{"--proxy-protocol", tt.network, site}
			if strings.HasPrefix(url, "tls") {
				args = append(args, "--self-signed")
			}
			r := startOn(t, []string{url}, args...)
			c, err := net.Dial("tcp", r.addr)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(c, tt.line)
			got, _ := io.ReadAll(c) // unread bytes may reset it
			c.Close()
			if tt.answered != (len(got) > 0) {
				t.Errorf("%s from %s to %s: %q", tt.line, tt.network, url, got)
			}
			log, code := r.stop(t, syscall.SIGTERM)
			if code != 0 || tt.answered != strings.Contains(log, "remote=192.0.2.7:1234") || !tt.answered && !strings.Contains(log, "no request") {
				t.Errorf("%s from %s to %s: exit %d, %s", tt.line, tt.network, url, code, log)
			}
		}
	}
}
