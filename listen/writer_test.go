package listen

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A kernel is a net.Conn with a send buffer. It accepts bytes until the buffer is full,
// and then no more, although the client takes bytes from the buffer.
type kernel struct {
	net.Conn
	size     int       // of the buffer, in bytes
	rate     float64   // bytes that the client takes in a second
	written  int       // bytes in the buffer, were it not for the client
	began    time.Time // of the first write
	deadline time.Time
}

func (k *kernel) SetWriteDeadline(t time.Time) error {
	k.deadline = t
	return nil
}

func (k *kernel) Write(p []byte) (int, error) {
	if k.written == 0 {
		k.began = time.Now()
	}
	n := min(len(p), k.size-k.written)
	k.written += n
	if n == len(p) {
		return n, nil
	}
	if k.deadline.IsZero() {
		panic("a write without a deadline")
	}
	time.Sleep(time.Until(k.deadline))
	return n, os.ErrDeadlineExceeded
}

// queued returns how many bytes the client has not taken.
func (k *kernel) queued(net.Conn) (int64, bool) {
	taken := min(int(k.rate*time.Since(k.began).Seconds()), k.written)
	return int64(k.written - taken), true
}

// TestTaken: what the client takes counts for StallTimeout and MinRate, rather than what
// the kernel lets be written.
func TestTaken(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		rate   float64
		want   string        // in the error
		when   time.Duration // from the first byte
	}{
		// The client takes all that is in the buffer within ten minutes.
		{"slow", Limits{}, 40, "took nothing for 1m0s", 11 * time.Minute},
		{"slow, longer stall timeout", Limits{StallTimeout: 150 * time.Second}, 40, "took nothing for 2m30s", 12*time.Minute + 30*time.Second},
		{"too slow", Limits{}, 20, "less than 30 bytes a second", time.Minute},
		{"trickle", Limits{}, 1, "less than 30 bytes a second", time.Minute},
		{"trickle without stall timeout", Limits{StallTimeout: -1}, 1, "less than 30 bytes a second", time.Minute},
		{"stalled", Limits{}, 0, "took nothing for 1m0s", time.Minute},
		{"stalled with a short limit", Limits{StallTimeout: time.Second}, 0, "took nothing for 1s", time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := &kernel{size: 40 * 10 * 60, rate: tt.rate}
				c := &conn{Conn: k, server: &server{limits: tt.limits.WithDefaults(), queued: k.queued}}
				began := time.Now()
				n, err := c.Write(make([]byte, 2*k.size))
				if err == nil || !strings.Contains(err.Error(), tt.want) || n != k.size {
					t.Errorf("%d bytes, %v", n, err)
				}
				if d := time.Since(began); d != tt.when {
					t.Errorf("it gave up after %v, want %v", d, tt.when)
				}
			})
		})
	}
}

// TestQueuedBytes: bytes are queued until the client's kernel has acknowledged them.
func TestQueuedBytes(t *testing.T) {
	if _, ok := queuedBytes(&net.UnixConn{}); ok {
		t.Error("it is known for a Unix socket")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	n, ok := queuedBytes(server)
	if !ok {
		t.Skip("this system does not tell")
	}
	if n != 0 {
		t.Errorf("%d bytes are queued before a write", n)
	}
	const size = 16 << 20 // more than the buffers of both sides hold
	written := make(chan error)
	go func() {
		_, err := server.Write(make([]byte, size))
		written <- err
	}()
	// becomes waits for the kernel to send and to acknowledge.
	becomes := func(what string, right func(n int64) bool) {
		t.Helper()
		for began := time.Now(); !right(n); time.Sleep(time.Millisecond) {
			if n, _ = queuedBytes(server); time.Since(began) > 20*time.Second {
				t.Fatalf("%d bytes are queued, and the client has read %s", n, what)
			}
		}
	}
	becomes("nothing", func(n int64) bool { return 0 < n && n < size })
	if _, err := io.CopyN(io.Discard, client, size); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	becomes("all", func(n int64) bool { return n == 0 })
}

// A copier is a net.Conn whose ReadFrom reads all it gets at once, and whose deadline
// passes when it has written a part of it, as on systems without sendfile.
type copier struct {
	net.Conn
	got   bytes.Buffer
	takes int // bytes that one call writes
}

func (c *copier) SetWriteDeadline(time.Time) error { return nil }

func (c *copier) ReadFrom(r io.Reader) (int64, error) {
	p, err := io.ReadAll(r)
	if err != nil {
		return 0, err
	}
	n, _ := c.got.Write(p[:min(len(p), c.takes)])
	if n < len(p) {
		return int64(n), os.ErrDeadlineExceeded
	}
	return int64(n), nil
}

// TestFileInPieces: no byte of a file is lost or sent twice when a write ends in the
// middle of the bytes that were read for it.
func TestFileInPieces(t *testing.T) {
	content := make([]byte, 3*fileChunk+1000)
	for i := range content {
		content[i] = byte(i >> 8)
	}
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, takes := range []int{fileChunk + 1, fileChunk, fileChunk / 3, 100_000} {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		const skipped = 500 // the bytes before that were sent in another way
		file.Seek(skipped, io.SeekStart)
		to := &copier{takes: takes}
		c := &conn{Conn: to, server: &server{limits: Limits{}.WithDefaults(), queued: queuedBytes}}
		n, err := c.ReadFrom(io.LimitReader(file, int64(len(content))))
		if want := content[skipped:]; err != nil || n != int64(len(want)) || !bytes.Equal(to.got.Bytes(), want) {
			t.Errorf("%d bytes at a time: %d bytes of %d, %v, and they are the same: %t", takes, n, len(want), err, bytes.Equal(to.got.Bytes(), want))
		}
	}
}
