package framing_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"gopherframe/internal/framing"
)

var errBroken = errors.New("broken")

func TestPort(t *testing.T) {
	for n, want := range map[int]int{-1: 0, 0: 0, 1: 1, 70: 70, 65535: 65535, 65536: 65535} {
		if got := framing.Port(n); got != want {
			t.Errorf("%d is written as %d, want %d", n, got, want)
		}
	}
}

// TestReadDoesNotWait: what has arrived is returned at once, and an error that comes
// behind it by the next call.
func TestReadDoesNotWait(t *testing.T) {
	source := &pieces{left: []string{"one\r\ntw", "o\r\n"}, err: errBroken}
	r := framing.NewReader(source)
	p := make([]byte, 100)
	for i, want := range []string{"one\ntw", "o\n"} {
		n, err := r.Read(p)
		if string(p[:n]) != want || err != nil || source.reads != i+1 {
			t.Fatalf("call %d: %q, %v after %d reads, want %q", i, p[:n], err, source.reads, want)
		}
	}
	if n, err := r.Read(p); n != 0 || err != errBroken {
		t.Fatalf("%d bytes, %v, want the error of the source", n, err)
	}
}

// TestReadKeepsTheError: bytes in front of the end or of an error come without it, which
// the next call returns.
func TestReadKeepsTheError(t *testing.T) {
	r := framing.NewReader(&pieces{left: []string{"a\r\n.b", "c"}, err: errBroken})
	got, err := io.ReadAll(r)
	if string(got) != "a\n.bc" || err != errBroken {
		t.Errorf("%q, %v", got, err)
	}
	r = framing.NewReader(strings.NewReader("a\r\n.\r\n"))
	p := make([]byte, 100)
	if n, err := r.Read(p); string(p[:n]) != "a\n" || err != nil {
		t.Errorf("before the end: %q, %v", p[:n], err)
	}
	for range 2 {
		if n, err := r.Read(p); n != 0 || err != io.EOF {
			t.Errorf("at the end: %d bytes, %v", n, err)
		}
	}
}

// pieces is a source that gives a piece for each Read, then err.
type pieces struct {
	left  []string
	err   error
	reads int
}

func (s *pieces) Read(p []byte) (int, error) {
	s.reads++
	if len(s.left) == 0 {
		return 0, s.err
	}
	n := copy(p, s.left[0])
	s.left = s.left[1:]
	return n, nil
}

func TestReader(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"framed", "a\r\n..b\r\n.\r\n", "a\n.b\n"},
		{"nothing", "", ""},
		{"an empty line", "\r\n.\r\n", "\n"},
		{"only the end", ".\r\n", ""},
		{"LF", "a\n..\n.\n", "a\n.\n"},
		{"end without line end", "a\r\n.", "a\n"},
		{"end and CR", "a\r\n.\r", "a\n.\r"},
		{"no end", "a\r\nb", "a\nb"},
		{"no end after a period", "a\r\n..", "a\n."},
		{"period in the middle", "a\r\n.\r\nb\r\n", "a\n.\nb\n"},
		{"period before more than an end of line", "a\r\n.\n\n", "a\n.\n\n"},
		{"periods within a line", "a..b.\r\n.c..\r\n", "a..b.\n.c..\n"},
		{"three periods", "...\r\n", "..\n"},
		{"CR in a line", "a\rb\r\n", "a\rb\n"},
		{"CR before a period", "a\r.\r\n.\r\n", "a\r.\n"},
		{"CR at the end", "a\r", "a\r"},
		{"not UTF-8", "\xff\x00\r\n.\r\n", "\xff\x00\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, wrap := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "in bytes": iotest.OneByteReader, "the end with the last": iotest.DataErrReader} {
				got, err := io.ReadAll(framing.NewReader(wrap(strings.NewReader(tt.in))))
				if err != nil || string(got) != tt.want {
					t.Errorf("sent %s: %q, %v, want %q", how, got, err, tt.want)
				}
			}
			got, err := io.ReadAll(iotest.OneByteReader(framing.NewReader(strings.NewReader(tt.in))))
			if err != nil || string(got) != tt.want {
				t.Errorf("read in bytes: %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// TestLine: where a request line ends, and whether something may follow it.
func TestLine(t *testing.T) {
	for _, tt := range []struct {
		b     string
		n     int
		ended bool
		tidy  bool
	}{
		{"", 0, false, false},
		{"abc", 3, false, false},
		{"abc\n", 3, true, true},
		{"abc\r\n", 3, true, true},
		{"\r\n", 0, true, true},
		{"abc\r", 3, true, false},
		{"abc\rd", 3, true, false},
		{"abc\r\nd", 3, true, false},
		{"abc\nd\n", 3, true, false},
		{"abc\n\r\n", 3, true, false},
	} {
		if n, ended := framing.LineLen([]byte(tt.b)); n != tt.n || ended != tt.ended {
			t.Errorf("LineLen(%q) = %d, %v, want %d, %v", tt.b, n, ended, tt.n, tt.ended)
		}
		if tidy := framing.EndsLine([]byte(tt.b)); tidy != tt.tidy {
			t.Errorf("EndsLine(%q) = %v", tt.b, tidy)
		}
	}
}

func TestWriteRequest(t *testing.T) {
	for _, tt := range []struct {
		fields []string
		want   string
	}{
		{nil, "\r\n"},
		{[]string{""}, "\r\n"},
		{[]string{"about.txt"}, "about.txt\r\n"},
		{[]string{"find", "a b", "+"}, "find\ta b\t+\r\n"},
	} {
		var out strings.Builder
		if err := framing.WriteRequest(&out, tt.fields...); err != nil || out.String() != tt.want {
			t.Errorf("%q: %q, %v", tt.fields, out.String(), err)
		}
	}
	for _, bad := range []string{"a\tb", "a\rb", "a\nb", "a\x00"} {
		for _, fields := range [][]string{{bad, "x"}, {"x", bad}} {
			var out strings.Builder
			if err := framing.WriteRequest(&out, fields...); err == nil || out.Len() > 0 {
				t.Errorf("%q was written as %q", fields, out.String())
			}
		}
	}
	if err := framing.WriteRequest(brokenWriter{}, "x"); err != errBroken {
		t.Errorf("%v, want the error of the writer", err)
	}
}

func TestTitle(t *testing.T) {
	for line, want := range map[string]string{"!Welcome": "Welcome", "!1 a": "1 a", "!ü": "ü"} {
		if title, ok := framing.Title(line); !ok || title != want {
			t.Errorf("%q has the title %q, %v; want %q", line, title, ok, want)
		}
	}
	for _, line := range []string{"", "!", "!!!", "! see below", "!-- x", "!== x", "!* x", "!# x", "Welcome!", " !x"} {
		if title, ok := framing.Title(line); ok {
			t.Errorf("%q has the title %q", line, title)
		}
	}
}
