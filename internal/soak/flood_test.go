//go:build soak && unix

package soak_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
)

const (
	manyFiles = 100_000
	requests  = 349 // as in the trial that took 103 s of processor time and 4 GB
	stalled   = 200
)

// serve serves h over TCP until the test ends, and returns the address.
func serve(t *testing.T, h gopherframe.Handler) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		limits := listen.Limits{Grace: time.Second}
		ended <- listen.Run(ctx, h, &listen.TCP{Listener: ln, Inline: inline(), Limits: limits, Log: slog.New(slog.DiscardHandler)})
	}()
	t.Cleanup(func() {
		cancel()
		<-ended // stalled clients are cut
	})
	return ln.Addr().String()
}

// processor returns the time of the processor that the process has taken.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ask(t *testing.T, addr, selector string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(c, selector+"\r\n")
	return c
}

// peak returns a function that returns the largest heap seen since.
func peak() func() uint64 {
	stop, largest := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				largest <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-largest
	}
}

// TestListingFlood: clients who ask for a large directory and go at once, and clients who
// ask for it and do not read, cost little and do not keep others waiting.
func TestListingFlood(t *testing.T) {
	dir := t.TempDir()
	for i := range manyFiles {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.txt", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := gopherframe.NewRouter()
	r.Handle("small", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("small") })
	r.Mount("", files.Server(site))
	addr := serve(t, r.Respond)
	runtime.GC()

	largest, began := peak(), processor(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range requests {
			c := ask(t, addr, "")
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
			time.Sleep(5 * time.Millisecond)
		}
	}()
	var times []time.Duration
	for flooding := true; flooding; {
		select {
		case <-done:
			flooding = false
		default:
		}
		start := time.Now()
		c := ask(t, addr, "small")
		io.Copy(io.Discard, c)
		c.Close()
		times = append(times, time.Since(start))
		time.Sleep(5 * time.Millisecond)
	}
	cpu, heap := processor(t)-began, largest()
	slices.Sort(times)
	p99 := times[len(times)*99/100]
	t.Logf("%d requests, each reset: %v of the processor, %d MB of heap, p99 of others %v", requests, cpu, heap>>20, p99)
	if cpu > 3*time.Second || heap > 64<<20 || p99 > 100*time.Millisecond {
		t.Error("at most 3 s, 64 MB and 100 ms")
	}

	largest = peak()
	for range stalled {
		defer ask(t, addr, "").Close()
	}
	time.Sleep(3 * time.Second)
	heap = largest()
	t.Logf("%d clients that do not read: %d MB of heap", stalled, heap>>20)
	if heap > 150<<20 {
		t.Error("at most 150 MB")
	}
}
