package answer

import (
	"io"
	"strings"
	"testing"
)

// TestMenuReader: items come one by one, and Waits tells when the next one has not
// arrived.
func TestMenuReader(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, "0a\tb\th\t70\r\nhello\n0half")
		io.WriteString(w, " a line\r\n.\r\n0behind\tthe end\n")
		w.Close()
	}()
	m := NewMenuReader(r)
	var got []string
	for {
		waits := m.Waits()
		it, err := m.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if waits {
			got = append(got, "waits")
		}
		got = append(got, it.Name)
	}
	if want := "waits a hello waits 0half a line"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, err := m.Next(); err != io.EOF || m.Waits() {
		t.Errorf("after the end: %v, Waits is %v", err, m.Waits())
	}
}
