package cgi_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/client"
)

// A host is a server of somebody else, that runs the app.
type host struct {
	addr   string
	script string // the selector of the app
	dir    string // of the app's files
}

// servers are started for each test that needs them.
var servers = map[string]func(t *testing.T) host{"gophernicus": gophernicus, "pygopherd": pygopherd}

// eachServer runs a test with each server.
func eachServer(t *testing.T, f func(t *testing.T, h host)) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) { f(t, start(t)) })
	}
}

// install returns a root directory with the app at the path given, and a host.
func install(t *testing.T, server, script string) (root string, h host) {
	t.Helper()
	if _, err := exec.LookPath(server); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed, but CI installs it", server)
		}
		t.Skipf("%s is not installed: apt-get install %s", server, server)
	}
	root, h = t.TempDir(), host{script: "/" + script, dir: t.TempDir()}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(root, script)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, program, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o755); err != nil { // whatever the umask
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "file.txt"), []byte("from a file\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return root, h
}

// gophernicus serves as inetd would: each connection is standard input, output and error of a
// process.
func gophernicus(t *testing.T) host {
	root, h := install(t, "gophernicus", "cgi-bin/app.cgi")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = ln.Addr().String()
	_, port, _ := net.SplitHostPort(h.addr)
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			socket, err := c.(*net.TCPConn).File()
			if err != nil {
				t.Error(err)
				return
			}
			cmd := exec.Command("gophernicus", "-r", root, "-h", "127.0.0.1", "-p", port, "-nr", "-nm", "-ns", "-nu")
			cmd.Env = append(os.Environ(), appVariable+"="+h.dir)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = socket, socket, socket
			if err := cmd.Start(); err != nil {
				t.Error(err)
				return
			}
			socket.Close()
			c.Close()
			t.Cleanup(func() {
				cmd.Process.Kill()
				cmd.Wait()
			})
		}
	}()
	t.Cleanup(func() {
		ln.Close()
		<-over
	})
	return h
}

const pygopherdConf = `[pygopherd]
detach = no
port = %s
interface = 127.0.0.1
servername = 127.0.0.1
servertype = ForkingTCPServer
timeout = 60
abstract_headers = off
abstract_entries = off
tracebacks = no
usechroot = no
root = %s
mimetypes = %s
encoding = []
[logger]
logmethod = none
[GopherEntry]
defaultmimetype = text/plain
mapping = [['.*', '0']]
eaexts = {}
[handlers.HandlerMultiplexer]
handlers = [scriptexec.ExecHandler, file.FileHandler]
[protocols.ProtocolMultiplexer]
protocols = [gopherp.GopherPlusProtocol, rfc1436.GopherProtocol]
`

// pygopherd runs with the handler that Debian leaves out of its configuration, since it runs
// programs.
func pygopherd(t *testing.T) host {
	root, h := install(t, "pygopherd", "app.cgi")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = ln.Addr().String()
	ln.Close() // for pygopherd, which cannot say which port it has chosen
	_, port, _ := net.SplitHostPort(h.addr)
	dir := t.TempDir()
	types, conf := filepath.Join(dir, "mime.types"), filepath.Join(dir, "conf")
	for name, content := range map[string]string{types: "text/plain txt\n", conf: fmt.Sprintf(pygopherdConf, port, root, types)} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("pygopherd", conf)
	cmd.Env = append(os.Environ(), appVariable+"="+h.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", h.addr)
		if err == nil {
			c.Close()
			return h
		}
		if time.Now().After(deadline) {
			t.Fatalf("pygopherd does not listen: %v", err)
		}
	}
}

// get fetches a URL.
func get(t *testing.T, url string) *client.Answer {
	t.Helper()
	a, err := client.Get(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// menu fetches a menu.
func menu(t *testing.T, url string) (*client.Answer, *gopherframe.Menu) {
	t.Helper()
	a := get(t, url)
	m, err := a.Menu()
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return a, m
}

// raw returns what is sent for a line, as it is sent.
func (h host) raw(t *testing.T, line string) string {
	t.Helper()
	c := h.dial(t, line)
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("%q: %v after %q", line, err, got)
	}
	return string(got)
}

func (h host) dial(t *testing.T, line string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, line+"\r\n"); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}
