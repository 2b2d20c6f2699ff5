package framing_test

import (
	"io"
	"testing"

	"gopherframe/internal/framing"
)

// TestReaderIsPrompt: lines can be read as they come, also before a period whose meaning
// depends on what follows.
func TestReaderIsPrompt(t *testing.T) {
	pieces, w := io.Pipe()
	r := framing.NewReader(pieces)
	buf := make([]byte, 100)
	for _, step := range []struct{ sent, want string }{
		{"one\r\n.", "one\n"},
		{".two\r\n", ".two\n"}, // the period above was doubled
		{"three\r", "three"},
		{"\nfour\r\n.x\n", "\nfour\n.x\n"},
		{".y\n", ".y\n"},
		{"five\n.\r\n", "five\n"}, // perhaps the end
	} {
		go io.WriteString(w, step.sent)
		got := ""
		for len(got) < len(step.want) {
			n, err := r.Read(buf)
			if err != nil {
				t.Fatalf("%q: %q, %v", step.sent, got, err)
			}
			got += string(buf[:n])
		}
		if got != step.want {
			t.Errorf("%q was sent, %q read, want %q", step.sent, got, step.want)
		}
	}
	go w.Close()
	if n, err := r.Read(buf); n != 0 || err != io.EOF {
		t.Errorf("the end: %q, %v", buf[:n], err)
	}
}
