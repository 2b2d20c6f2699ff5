package listen_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

// fetchUnix is fetch for a Unix socket. It waits for the socket to exist.
func fetchUnix(t *testing.T, path, line string) (string, error) {
	t.Helper()
	var c net.Conn
	for range 500 {
		var err error
		if c, err = net.Dial("unix", path); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if c == nil {
		t.Fatalf("nothing listens on %s", path)
	}
	defer c.Close()
	io.WriteString(c, line)
	got, err := io.ReadAll(c)
	return string(got), err
}

func TestUnix(t *testing.T) {
	leak.Check(t)
	path := filepath.Join(t.TempDir(), "socket")
	answer := bytes.Repeat([]byte("0123456789abcdef"), 1<<20/16)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		t.Fatal(err)
	}
	stop := run(t, &listen.Unix{Path: path, Mode: 0o600, Log: quiet, Limits: listen.Limits{MaxConnsPerAddr: 1}}, func(q *gopherframe.Request) gopherframe.Response {
		switch q.Selector {
		case "file":
			return &gopherframe.File{Name: file, Type: '9'}
		case "menu":
			return gopherframe.NewMenu().Text("x", "x")
		}
		return tell(q)
	})
	// A second connection is open. Its client has no address that MaxConnsPerAddr could
	// count.
	fetchUnix(t, path, "x\n")
	waiting, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	for line, want := range map[string]string{
		"x\r\n":                             "unix  x\r\n.\r\n",
		"menu\r\n":                          "0x\tx\tlocalhost\t70\r\n.\r\n",
		"file\n" + strings.Repeat("y", 1e5): string(answer),
	} {
		if got, err := fetchUnix(t, path, line); got != want || err != nil {
			t.Errorf("%.10q: %.20q, %d bytes, %v", line, got, len(got), err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}
}

func TestUnixPath(t *testing.T) {
	leak.Check(t)
	dir := t.TempDir()
	// A server that was killed leaves its socket behind.
	stale := filepath.Join(dir, "stale")
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	ln.SetUnlinkOnClose(false)
	ln.Close()
	stop := run(t, &listen.Unix{Path: stale, Log: quiet}, tell)
	for { // until the new server has replaced it
		if got, _ := fetchUnix(t, stale, "x\n"); got == "unix  x\r\n.\r\n" {
			break
		}
	}
	if info, err := os.Stat(stale); err != nil || info.Mode().Perm() != 0o666 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}

	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                                "needs a path",
		stale:                             "another server listens there",
		file:                              "is not a socket",
		filepath.Join(dir, "absent", "s"): "no such file",
	} {
		err := (&listen.Unix{Path: path, Log: quiet}).Serve(context.Background(), tell)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", path, err, want)
		}
	}
	if got, err := os.ReadFile(file); string(got) != "precious" || err != nil {
		t.Errorf("the file became %q, %v", got, err)
	}

	// A file that replaced the socket is not removed.
	os.Remove(stale)
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(stale); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("%v is left behind", entries)
	}
}

// TestUnixSameDirectory: sockets in one directory can be bound at the same time, also
// while others are being replaced.
func TestUnixSameDirectory(t *testing.T) {
	dir := t.TempDir()
	var work sync.WaitGroup
	for i := range 8 {
		path := filepath.Join(dir, fmt.Sprint(i))
		work.Go(func() {
			for range 50 {
				ln, err := listen.ListenUnix(path, 0)
				if err != nil {
					t.Error(err)
					return
				}
				c, err := net.Dial("unix", path)
				if err != nil {
					t.Error(err)
				} else {
					c.Close()
				}
				ln.Close()
			}
		})
	}
	work.Wait()
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("%v is left behind", entries)
	}
}

// TestUnixPathLength: the system limits the paths of sockets. A name of any length up to
// that works, and a longer one is refused, since no client could use it.
func TestUnixPathLength(t *testing.T) {
	limit := len(syscall.RawSockaddrUnix{}.Path) - 1
	base, err := os.MkdirTemp("", "s") // short: t.TempDir has the name of the test
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	for _, name := range []string{"s", "so", "socket", strings.Repeat("s", 30)} {
		dir := filepath.Join(base, strings.Repeat("d", limit-len(base)-len(name)-2))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if len(path) != limit {
			t.Fatalf("the path has %d bytes", len(path))
		}
		ln, err := listen.ListenUnix(path, 0)
		if err != nil {
			t.Errorf("%q in a path of %d bytes: %v", name, limit, err)
			continue
		}
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Error(err)
		} else {
			c.Close()
		}
		ln.Close()

		path += "s"
		ln, err = listen.ListenUnix(path, 0)
		if err == nil {
			ln.Close()
		}
		for _, want := range []string{path, fmt.Sprint(limit + 1), fmt.Sprint(limit)} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("a path of %d bytes: %v, want %s in it", len(path), err, want)
			}
		}
	}
}

// TestUnixBusy: the socket of a server that is too busy to accept is not replaced.
func TestUnixBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	for range 3 { // more connections than its queue holds
		if c, err := net.Dial("unix", path); err == nil {
			defer c.Close()
		}
	}
	if ln, err := listen.ListenUnix(path, 0); err == nil {
		ln.Close()
		t.Error("the socket of a busy server was taken")
	}
}

// TestConns: Conns serves a transport that the package does not know.
func TestConns(t *testing.T) {
	leak.Check(t)
	m := newMemory()
	gone, leave := context.WithCancel(t.Context())
	ended := make(chan error)
	run(t, &listen.Conns{Listener: m, Transport: "carrier pigeon", Log: quiet}, func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "wait" {
			<-q.Context().Done()
			ended <- q.Context().Err()
		}
		return tell(q)
	})
	here, there := net.Pipe()
	m.conns <- pigeon{there, gone}
	io.WriteString(here, "x\n")
	if got, err := io.ReadAll(here); string(got) != "carrier pigeon pigeon.example x\r\n.\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	here, there = net.Pipe()
	m.conns <- pigeon{there, gone}
	io.WriteString(here, "wait\n")
	leave()
	if err := <-ended; err == nil {
		t.Error("the context goes on")
	}
	here.Close()
}

func TestConnsOfNothing(t *testing.T) {
	if err := (&listen.Conns{Listener: newMemory()}).Serve(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no handler") {
		t.Errorf("%v", err)
	}
	if err := listen.Run(t.Context(), tell, nil); err == nil || !strings.Contains(err.Error(), "none of them nil") {
		t.Errorf("%v", err)
	}
	if err := (&listen.Conns{}).Serve(t.Context(), tell); err == nil || !strings.Contains(err.Error(), "needs a Listener") {
		t.Errorf("%v", err)
	}
}

// A pigeon is a connection with some of the methods that Conns uses.
type pigeon struct {
	net.Conn
	ctx context.Context
}

func (p pigeon) ServerName() string       { return "pigeon.example" }
func (p pigeon) Context() context.Context { return p.ctx }
