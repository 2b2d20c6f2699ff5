package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopherframe"
)

// BenchmarkParse reads request lines in memory, and answers them with nothing.
func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"short", "about.txt\r\n"},
		{"query", "find\tgopher holes\r\n"},
		{"long", strings.Repeat("x", 2000) + "\r\n"},
	} {
		b.Run("line="+c.name, func(b *testing.B) {
			serveInMemory(b, c.line, always(gopherframe.Binary(nil)), gopherframe.Info{})
		})
	}
}

// BenchmarkEncode makes whole exchanges in memory, with a ready answer of each kind.
func BenchmarkEncode(b *testing.B) {
	const line = "The quick brown fox jumps over the lazy dog and then some more text.\n"
	menu := gopherframe.NewMenu()
	for i := range 100 {
		menu.Text(fmt.Sprintf("Item number %d of the menu", i), fmt.Sprintf("dir/item-%d.txt", i))
	}
	large := strings.Repeat(line, 1<<20/len(line))
	dir := b.TempDir()
	file := func(name string, size int) gopherframe.Response {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, bytes.Repeat([]byte(line), size/len(line)+1)[:size], 0o644); err != nil {
			b.Fatal(err)
		}
		return &gopherframe.File{Name: path}
	}
	for _, c := range []struct {
		name string
		resp gopherframe.Response
	}{
		{"error", gopherframe.NotFound("")},
		{"menu100", menu},
		{"text100B", gopherframe.Text(line)},
		{"text1MB", gopherframe.Text(large)},
		{"textfile10KB", file("a.txt", 10<<10)},
		{"textfile1MB", file("b.txt", 1<<20)},
		{"file10KB", file("a.bin", 10<<10)},
		{"binary1MB", gopherframe.Binary(large)},
	} {
		b.Run("answer="+c.name, func(b *testing.B) {
			serveInMemory(b, "hello/world\r\n", always(c.resp), gopherframe.Info{})
		})
	}
}

// always answers all requests with resp.
func always(resp gopherframe.Response) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return resp }
}

// serveInMemory makes exchanges in which every client sends the line.
func serveInMemory(b *testing.B, line string, h gopherframe.Handler, info gopherframe.Info) {
	b.ReportAllocs()
	var rw io.ReadWriter = &repeated{line: line}
	for b.Loop() {
		if _, err := gopherframe.Serve(context.Background(), rw, h, info); err != nil {
			b.Fatal(err)
		}
	}
}

// A repeated is a connection on which every exchange reads the same request line, however
// long. What is written to it is lost.
type repeated struct {
	line string
	read int // bytes of it
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.line[r.read:])
	r.read = (r.read + n) % len(r.line)
	return n, nil
}

func (*repeated) Write(p []byte) (int, error) { return len(p), nil }
