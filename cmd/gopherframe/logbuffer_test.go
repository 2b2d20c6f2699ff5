package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestLogBuffer: the reader begins after more lines than there is room for. It gets the
// lines that were kept, in order, and the number of those that were dropped.
func TestLogBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		b := newLogBuffer(w, func(w io.Writer, lines int) { fmt.Fprintf(w, "dropped %d\n", lines) })
		const written = 3000
		filler := strings.Repeat("x", 1000)
		for i := range written {
			fmt.Fprintf(b, "%d %s\n", i, filler)
			synctest.Wait() // the first line is in a Write that hangs
		}
		go func() {
			time.Sleep(time.Minute)
			fmt.Fprintf(b, "later\n")
			b.Close()
			w.Close()
		}()
		next, dropped := 0, 0
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			var n int
			switch line := lines.Text(); {
			case line == "later":
				if next+dropped != written {
					t.Errorf("%d lines and %d dropped before the last line, want %d", next, dropped, written)
				}
				next = -1
			case strings.HasPrefix(line, "dropped "):
				fmt.Sscanf(line, "dropped %d", &n)
				dropped += n
			default:
				if fmt.Sscanf(line, "%d ", &n); n != next {
					t.Errorf("line %d comes where %d should", n, next)
				}
				next++
			}
		}
		if next != -1 || dropped < 1000 || dropped > 2000 {
			t.Errorf("%d lines were dropped; the last line was read: %v", dropped, next == -1)
		}
	})
}

// TestLogBufferCloses: Close writes the pending lines, and returns after logCloseTime if
// nobody reads them.
func TestLogBufferCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		b := newLogBuffer(&out, nil)
		fmt.Fprintln(b, "line")
		b.Close()
		b.Close()
		fmt.Fprintln(b, "too late")
		if got := out.String(); got != "line\n" {
			t.Errorf("%q", got)
		}

		r, w := io.Pipe()
		b = newLogBuffer(w, nil)
		fmt.Fprintln(b, "line")
		began := time.Now()
		b.Close()
		if took := time.Since(began); took != logCloseTime {
			t.Errorf("Close took %v", took)
		}
		r.Close()
	})
}

// TestLogIsNotRead: the reader of the log stops reading, as less does when its page is
// full. Answers still end, the reader gets the number of dropped lines when it goes on,
// and the server stops on SIGTERM.
func TestLogIsNotRead(t *testing.T) {
	for _, readsLater := range []bool{true, false} {
		cmd := program("serve", "--listen", "tcp://127.0.0.1:0", "--log", "json", site)
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		cmd.Stderr = write
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			cmd.Process.Kill()
			cmd.Wait()
		})
		write.Close()
		r := &running{cmd: cmd, stderr: bufio.NewReaderSize(read, 16)} // a small buffer leaves the rest in the pipe
		_, r.addr, _ = parseListening(r.line(t))
		line := strings.Repeat("\x01", 2000) + "\r\n" // six bytes each in the log
		const requests = 300
		for range requests {
			c, err := net.Dial("tcp", r.addr)
			if err != nil {
				t.Fatal(err)
			}
			c.SetDeadline(time.Now().Add(30 * time.Second))
			io.WriteString(c, line)
			if got, err := io.ReadAll(c); !strings.HasSuffix(string(got), "\r\n.\r\n") || err != nil {
				t.Fatalf("%q, %v", got, err)
			}
			c.Close()
		}
		if readsLater {
			// A client has its answer before the line is logged, so some may come after the
			// number of those that were dropped.
			logged, dropped := 0, 0
			for logged+dropped < requests {
				if _, after, ok := strings.Cut(r.line(t), `lines were dropped","lines":`); ok {
					var n int
					fmt.Sscanf(after, "%d", &n)
					dropped += n
				} else {
					logged++
				}
			}
			if dropped == 0 || logged+dropped != requests {
				t.Errorf("%d lines and %d dropped, want %d", logged, dropped, requests)
			}
		}
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}
