package listen

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/net/nettest"

	"gopherframe/internal/leak"
)

// lazyPair returns the two ends of a connection; that of the server is a lazyConn.
func lazyPair(t *testing.T) (server *lazyConn, client *net.TCPConn) {
	t.Helper()
	ln, err := listenTCP(t.Context(), "127.0.0.1:0", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client = dialFor(t, ln)
	return accepted(t, ln), client
}

// TestLazyConn: a lazyConn does what package net says of every connection: deadlines, calls
// by many goroutines at a time, and Close beside them.
func TestLazyConn(t *testing.T) {
	leak.Check(t)
	for name, swapped := range map[string]bool{"first": false, "second": true} {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
				server, client := lazyPair(t)
				stop := func() { server.Close(); client.Close() }
				if swapped {
					return client, server, stop, nil
				}
				return server, client, stop, nil
			})
		})
	}
}

// TestLazyIsLazy: nothing of a usual exchange makes the poller know the connection.
func TestLazyIsLazy(t *testing.T) {
	server, client := lazyPair(t)
	io.WriteString(client, "line\r\n")
	buf := make([]byte, 100)
	if n, err := server.Read(buf); string(buf[:n]) != "line\r\n" || err != nil {
		t.Errorf("%q, %v", buf[:n], err)
	}
	if n, ended := sendEnd(server, []byte("answer")); n != 6 || !ended {
		t.Errorf("%d, %v", n, ended)
	}
	if server.polled.Load() != nil {
		t.Error("it had to wait")
	}
	if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if n, err := server.Write(buf); n != 0 || !errors.Is(err, syscall.EPIPE) {
		t.Errorf("after the end: %d, %v", n, err)
	}
}

// TestLazyCloseBesideUses: a descriptor that is closed beside other calls is not used by
// them any longer. Were it closed too early, a Write would hit the files that get its number.
func TestLazyCloseBesideUses(t *testing.T) {
	dir := t.TempDir()
	for i := range 200 {
		server, client := lazyPair(t)
		go io.Copy(io.Discard, client)
		var users sync.WaitGroup
		for range 4 {
			users.Go(func() {
				for {
					if _, err := server.Write([]byte("for the client only")); err != nil {
						return
					}
				}
			})
		}
		users.Go(func() { server.Read(make([]byte, 1)) })
		server.Close()
		name := filepath.Join(dir, "file")
		for range 3 { // one of them may have the number
			f, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
		}
		users.Wait()
		if info, err := os.Stat(name); err != nil || info.Size() != 0 {
			t.Fatalf("%d: %v, %v", i, info.Size(), err)
		}
		if err := server.Close(); !errors.Is(err, net.ErrClosed) {
			t.Fatalf("closed twice: %v", err)
		}
	}
}

// TestLazySendFile: files arrive whole, also if the client is slow, and those that the kernel
// cannot copy.
func TestLazySendFile(t *testing.T) {
	content := strings.Repeat("0123456789abcdef", 4<<20/16)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, file string
		size       int64
		want       string
	}{
		{"whole", name, int64(len(content)), content},
		{"a part", name, 1000, content[:1000]},
		{"longer than it is", name, int64(len(content)) + 5, content},
		{"of a file system that the kernel may not copy from", "/proc/self/comm", 1 << 10, string(comm)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server, client := lazyPair(t)
			f, err := os.Open(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			go func() {
				n, err := server.ReadFrom(&io.LimitedReader{R: f, N: tt.size})
				if n != int64(len(tt.want)) || err != nil {
					t.Errorf("%d bytes of %d, %v", n, len(tt.want), err)
				}
				server.CloseWrite()
			}()
			if got, err := io.ReadAll(client); string(got) != tt.want || err != nil {
				t.Errorf("%d bytes of %d, %v", len(got), len(tt.want), err)
			}
		})
	}
}

// TestLazyOptions: connections have the options that package net sets, and the send buffer,
// however the socket came to be. Those that waited before it was handed in have the buffer.
func TestLazyOptions(t *testing.T) {
	handedIn, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	early := dialFor(t, handedIn)
	own, err := listenTCP(context.Background(), "127.0.0.1:0", 100_000)
	if err != nil {
		t.Fatal(err)
	}
	given := lazily(handedIn, 100_000)
	ofEarly := accepted(t, given)
	defer early.Close()
	type option struct {
		name             string
		level, opt, want int
	}
	buffer := option{"SO_SNDBUF", syscall.SOL_SOCKET, syscall.SO_SNDBUF, 200_000} // the kernel doubles it
	inherited := []option{
		buffer,
		{"TCP_NODELAY", syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1},
		{"SO_KEEPALIVE", syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1},
		{"TCP_KEEPIDLE", syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 15},
	}
	for _, tt := range []struct {
		name    string
		conn    *lazyConn
		options []option
	}{
		{"early", ofEarly, []option{buffer}},
		{"handed in", func() *lazyConn { dialFor(t, given); return accepted(t, given) }(), inherited},
		{"own", func() *lazyConn { dialFor(t, own); return accepted(t, own) }(), inherited},
	} {
		for _, o := range tt.options {
			if got, err := syscall.GetsockoptInt(tt.conn.fd, o.level, o.opt); got != o.want || err != nil {
				t.Errorf("%s: %s is %d, %v, want %d", tt.name, o.name, got, err, o.want)
			}
		}
	}
	given.Close()
	own.Close()
}

// dialFor returns a connection to ln.
func dialFor(t *testing.T, ln net.Listener) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

// accepted returns a connection that ln accepts.
func accepted(t *testing.T, ln net.Listener) *lazyConn {
	t.Helper()
	nc, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc.(*lazyConn)
}

func TestLazyAddresses(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", ":0"} {
		ln, err := listenTCP(t.Context(), address, 0)
		if err != nil {
			t.Fatal(err)
		}
		c := dialFor(t, ln)
		nc := accepted(t, ln)
		if nc.RemoteAddr().String() != c.LocalAddr().String() || nc.LocalAddr().String() != c.RemoteAddr().String() {
			t.Errorf("%s: %v - %v, the client has %v - %v", address, nc.LocalAddr(), nc.RemoteAddr(), c.RemoteAddr(), c.LocalAddr())
		}
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept after Close: %v", err)
		}
	}
}
