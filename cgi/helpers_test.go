//go:build unix

package cgi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

// patience is how long tests wait for a state that comes soon.
const patience = time.Minute

// handler returns a Handler for a shell script, which programs of the tests' user may run.
func handler(t testing.TB, script string) *cgi.Handler {
	t.Helper()
	return &cgi.Handler{Path: write(t, "program", "#!/bin/sh\n"+script, 0o755), User: tester()}
}

// tester is the user that programs run as.
func tester() string {
	if os.Geteuid() == 0 {
		return "nobody"
	}
	return ""
}

// write writes a file into a new directory that everybody can read.
func write(t testing.TB, name, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir(t), name)
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// dir returns a new directory that everybody can read and write.
func dir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for path, mode := range map[string]os.FileMode{dir: 0o777, filepath.Dir(dir): 0o755} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// serve serves h over TCP until the test ends, and returns the address.
func serve(t *testing.T, h gopherframe.Handler, l *listen.TCP) (addr string, stop func()) {
	t.Helper()
	leak.Check(t)
	ready := make(chan string, 1)
	l.Addr, l.Ready = "127.0.0.1:0", func(addr net.Addr) { ready <- addr.String() }
	l.Public = "gopher.example:70"
	if l.Log == nil {
		l.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.Serve(ctx, h) // the error says that exchanges were cut
	}()
	stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(stop)
	return <-ready, stop
}

// ask sends a line to a listener that serves h, and returns the answer and the log.
func ask(t *testing.T, h gopherframe.Handler, line string) (answer string, log *lines) {
	t.Helper()
	log = &lines{}
	addr, stop := serve(t, h, &listen.TCP{Log: log.logger()})
	c := dial(t, addr, line)
	all, err := io.ReadAll(c)
	c.Close() // or the listener would wait for it
	if err != nil {
		t.Fatal(err)
	}
	stop()
	return string(all), log
}

// dial sends a line and returns the connection.
func dial(t *testing.T, addr, line string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hangUp(c) })
	c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, line+"\r\n"); err != nil {
		t.Fatal(err)
	}
	return c
}

// hangUp resets the connection. A client that only closes its side may still be waiting, so
// that a silent program goes on for it.
func hangUp(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// lines is a log in memory.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey:
			return slog.Attr{}
		case "program":
			return slog.String(a.Key, filepath.Base(a.Value.String()))
		}
		return a
	}}))
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// until waits for a state.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v: %s", patience, what)
		}
	}
}

// pidIn waits for a file with the number of a process in it, and returns that.
func pidIn(t *testing.T, file string) int {
	t.Helper()
	var pid int
	until(t, "there is no number in "+file, func() bool {
		text, _ := os.ReadFile(file)
		line, whole := strings.CutSuffix(string(text), "\n")
		pid, _ = strconv.Atoi(line)
		return whole && pid > 0
	})
	return pid
}

// isGone reports whether there is no process pid, or only a dead one that nobody waits for.
func isGone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return errors.Is(err, os.ErrNotExist) || strings.HasPrefix(state, "Z")
}
