package client

import (
	"bufio"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"gopherframe"
	"gopherframe/internal/answer"
)

// FuzzParseURL: String and ParseURL of an accepted URL return an equal one, and a request
// can be made of it.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"gopher://h", "gopher://h:7070/0about.txt", "gophers://h/0/a%20b%C3%BC", "gopher+quic://h/7find%09a%20b",
		"gopher://h/0/a?b=c#d", "gopher://[fe80::1%25eth0]:70/1x", "gopher://h//", "gopher://h/%09x", "gopher://h:/1?", "gopher://[::%25\x8e]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseURL(text)
		if err != nil {
			return
		}
		again, err := ParseURL(u.String())
		if err != nil || *again != *u {
			t.Errorf("%q is %+v; String makes it %q, which is %+v, %v", text, *u, u, again, err)
		}
		var line strings.Builder
		fields := []string{u.Selector, u.Query}
		if err := WriteRequest(&line, fields...); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// FuzzOpenPins: adding a pin to a file that can be read keeps the pins in it.
func FuzzOpenPins(f *testing.F) {
	for _, seed := range []string{"", "h:70 sha256:00\n", "# mine\n\nh:70  SHA256:00", "H:70 sha256:0A\r\n", "h:70\n", "a b c", "#\u00a0x y"} {
		f.Add(seed)
	}
	file := filepath.Join(f.TempDir(), "pins")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		before, err := OpenPins(file)
		if err != nil {
			return
		}
		want := maps.Clone(before.known)
		const addr, fingerprint = "new.example:70", "sha256:ff"
		if known := want[addr]; known != "" && known != fingerprint {
			return
		}
		want[addr] = fingerprint
		if err := before.add(addr, fingerprint); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		after, err := OpenPins(file)
		if err != nil {
			t.Fatalf("%q with a pin added cannot be read: %v", text, err)
		}
		if !maps.Equal(after.known, want) {
			t.Errorf("%q with a pin added is %q, want %q", text, after.known, want)
		}
	})
}

// FuzzRefusal: whether an answer is a refusal does not depend on the pieces in which it
// arrives, and Refusal leaves all of it to be read.
func FuzzRefusal(f *testing.F) {
	for _, seed := range []string{"", "3", "3Gone\t\te\t0\r\n.\r\n", "3Gone\t\n.\n0a\tb\n", "3x\n.\n\t", "3\t\n.\r", "0a\tb\n", "3\t" + strings.Repeat("x", answer.MaxRefusal)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		a := &Answer{body: bufio.NewReader(iotest.OneByteReader(strings.NewReader(wire)))}
		var got *gopherframe.Error
		text := ""
		if errors.As(a.Refusal(), &got) {
			text = got.Text
		}
		want, state := answer.Refusal([]byte(wire), true)
		if (got != nil) != (state == answer.IsRefusal) || text != want {
			t.Errorf("%q byte by byte: refusal %q, at once %q, %v", wire, text, want, state)
		}
		var left strings.Builder
		if _, err := a.body.WriteTo(&left); left.String() != wire || err != nil {
			t.Errorf("%q: %q is left, %v", wire, left.String(), err)
		}
	})
}
