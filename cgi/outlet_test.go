//go:build unix

package cgi

import (
	"io"
	"os"
	"testing"
)

// TestOutlet: a pipe that was woken gives what is in it, and not all that is written meanwhile.
func TestOutlet(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	o := &outlet{File: r}
	io.WriteString(w, "hello")
	o.wake()
	buf := make([]byte, 4096)
	if n, err := o.Read(buf); string(buf[:n]) != "hello" || err != nil {
		t.Errorf("%q, %v", buf[:n], err)
	}
	if n, err := o.Read(buf); n != 0 || err != io.EOF {
		t.Errorf("an empty pipe: %d, %v", n, err)
	}
	for total := 0; ; {
		w.Write(buf)
		n, err := o.Read(buf)
		if total += n; total > 2*mostInPipe {
			t.Fatal("a process that goes on writing is heard for ever")
		}
		if err == io.EOF {
			return
		}
	}
}
