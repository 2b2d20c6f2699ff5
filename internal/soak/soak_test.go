//go:build soak && unix

package soak_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gopherframe/client"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

var (
	duration   = flag.Duration("duration", time.Minute, "how long the mixed load goes on")
	goroutines = flag.Bool("goroutines", false, "give every connection of TCP a goroutine")
)

// A soak is a server on all transports, and what happens to its clients.
type soak struct {
	urls   []string // of plain, TLS and QUIC
	unix   string
	client *client.Client
	tls    *tls.Config

	asked, hostile atomic.Int64
	mu             sync.Mutex
	times          []time.Duration // of the honest clients' exchanges
	failures       []string
}

func start(t *testing.T) (s *soak, stop func()) {
	t.Helper()
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
	roots := x509.NewCertPool()
	roots.AddCert(pair.Leaf)
	s = &soak{
		urls:   []string{"gopher://" + plain.Addr().String(), "gophers://" + secure.Addr().String(), "gopher+quic://" + packets.LocalAddr().String()},
		unix:   filepath.Join(t.TempDir(), "s"),
		client: &client.Client{TLS: &tls.Config{RootCAs: roots}},
		tls:    &tls.Config{RootCAs: roots, ServerName: "localhost"},
	}
	r := site()
	addTail(r)
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	quiet := slog.New(slog.DiscardHandler)
	limits := listen.Limits{LineTimeout: 2 * time.Second, StallTimeout: 2 * time.Second, Grace: 5 * time.Second}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- listen.Run(ctx, r.Respond,
			&listen.TCP{Listener: plain, Inline: inline(), Limits: limits, Log: quiet},
			&listen.TLS{Listener: secure, Config: config, Limits: limits, Log: quiet},
			&quic.Listener{PacketConn: packets, Config: config, Limits: limits, IdleTimeout: 2 * time.Second, Log: quiet},
			&listen.Unix{Path: s.unix, Limits: limits, Log: quiet},
		)
	}()
	return s, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func inline() listen.Inline {
	if *goroutines {
		return listen.InlineNever
	}
	return listen.InlineAuto
}

// wants are answers that never vary.
var wants = map[string]string{
	"0hello/world":            "hello world\n",
	"0stream":                 ".line 0\n.line 1\n.line 2\n.line 3\n.line 4\n.line 5\n.line 6\n.line 7\n.line 8\n.line 9\n",
	"0files/many/file007.txt": "a file\n.\nof three lines\n",
}

// honest asks until ctx ends, and notes every answer that is not right.
func (s *soak) honest(ctx context.Context) {
	for ctx.Err() == nil {
		for path, want := range wants {
			base := s.urls[rand.IntN(len(s.urls))]
			began := time.Now()
			got, err := s.get(base + "/" + path)
			took := time.Since(began)
			s.mu.Lock()
			s.times = append(s.times, took)
			if got != want || err != nil {
				s.failures = append(s.failures, fmt.Sprintf("%s/%s: %q, %v", base, path, got, err))
			}
			s.mu.Unlock()
			s.asked.Add(1)
		}
		s.menu()
	}
}

func (s *soak) get(url string) (string, error) {
	a, err := s.client.Get(context.Background(), url)
	if err != nil {
		return "", err
	}
	defer a.Close()
	text, err := io.ReadAll(a.Text())
	return string(text), err
}

// menu asks for the largest menu over the Unix socket.
func (s *soak) menu() {
	c, err := net.Dial("unix", s.unix)
	if err == nil {
		defer c.Close()
		io.WriteString(c, "files/many\r\n")
		var wire []byte
		wire, err = io.ReadAll(c)
		if err == nil && strings.Count(string(wire), "\r\n") != 501 {
			err = fmt.Errorf("%d lines of 501", strings.Count(string(wire), "\r\n"))
		}
	}
	if err != nil {
		s.mu.Lock()
		s.failures = append(s.failures, "unix: "+err.Error())
		s.mu.Unlock()
	}
	s.asked.Add(1)
}

// attacks are what hostile clients do with a connection of TCP.
var attacks = []func(c net.Conn){
	func(c net.Conn) { time.Sleep(time.Second) },                                             // silence
	func(c net.Conn) { drip(c, "hello/world") },                                              // byte by byte
	func(c net.Conn) { io.WriteString(c, "files/big.bin\n"); c.(*net.TCPConn).SetLinger(0) }, // reset
	func(c net.Conn) { io.WriteString(c, "files/big.bin\n"); time.Sleep(3 * time.Second) },   // never reads
	func(c net.Conn) { io.WriteString(c, "tail\n"); time.Sleep(time.Second) },                // hangs up on a stream
	func(c net.Conn) { io.WriteString(c, "tail\n"); c.(*net.TCPConn).CloseWrite(); time.Sleep(time.Second) },
	func(c net.Conn) { c.Write(make([]byte, 1<<20)) }, // one long line
	func(c net.Conn) {
		io.WriteString(c, "hello/x\r\n"+strings.Repeat("junk\n", 50_000))
		io.Copy(io.Discard, c)
	},
	func(c net.Conn) { io.WriteString(c, "panic\r\n"); io.Copy(io.Discard, c) },
	func(c net.Conn) { io.WriteString(c, "\x16\x03\x01\x02\x00\x01\x00"); time.Sleep(time.Second) }, // half a hello
}

func drip(c net.Conn, text string) {
	for _, b := range []byte(text) {
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
		time.Sleep(300 * time.Millisecond)
	}
}

// attack does one of attacks after the other until ctx ends, on the plain and the TLS port.
func (s *soak) attack(ctx context.Context) {
	for ctx.Err() == nil {
		addr := strings.SplitN(s.urls[rand.IntN(2)], "://", 2)[1]
		c, err := net.Dial("tcp", addr)
		if err != nil {
			continue
		}
		c.SetDeadline(time.Now().Add(5 * time.Second))
		attacks[rand.IntN(len(attacks))](c)
		c.Close()
		s.hostile.Add(1)
	}
}

// usage is what the process takes.
type usage struct {
	goroutines, files int
	heap              int64
}

func measure(t *testing.T) usage {
	t.Helper()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		files, err = os.ReadDir("/dev/fd")
	}
	if err != nil {
		t.Fatal(err)
	}
	return usage{runtime.NumGoroutine(), len(files), int64(m.HeapAlloc)}
}

// TestMixedLoad: honest clients are served right beside hostile ones on all transports at
// once, and afterwards goroutines, descriptors and memory are what they were before.
func TestMixedLoad(t *testing.T) {
	s, stop := start(t)
	defer stop()
	run := func(d time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() { s.honest(ctx) })
		}
		for range 40 {
			clients.Go(func() { s.attack(ctx) })
		}
		clients.Wait()
		time.Sleep(8 * time.Second) // the limits end what clients have left behind
	}
	run(5 * time.Second) // pools and caches fill
	s.times = nil
	before := measure(t)
	run(*duration)
	after := measure(t)

	slices.Sort(s.times)
	at := func(share float64) time.Duration { return s.times[int(share*float64(len(s.times)-1))] }
	t.Logf("%d honest and %d hostile exchanges; honest ones took %v at the median, %v at p99, %v at most",
		s.asked.Load(), s.hostile.Load(), at(.5), at(.99), at(1))
	t.Logf("before %+v, after %+v", before, after)
	for _, failure := range s.failures[:min(len(s.failures), 20)] {
		t.Error(failure)
	}
	grew := func(name string, before, after, slack int64) {
		if after > before+before/20+slack {
			t.Errorf("%d %s, there were %d", after, name, before)
		}
	}
	grew("goroutines", int64(before.goroutines), int64(after.goroutines), 2)
	grew("descriptors", int64(before.files), int64(after.files), 2)
	grew("bytes of heap", before.heap, after.heap, 512<<10)
}
