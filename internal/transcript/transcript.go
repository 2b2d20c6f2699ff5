// Package transcript is for tests that give the bytes of a client and compare the bytes
// that the server answers. Only tests may import it.
package transcript

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"gopherframe"
)

// Info describes the server in tests.
var Info = gopherframe.Info{Host: "gopher.example", Port: 7070, Transport: "test"}

// A Dialog is the connection of a server: it reads the client's bytes from Reader, and
// its own bytes are kept in Buffer.
type Dialog struct {
	io.Reader
	bytes.Buffer
}

// Read reads from the Reader.
func (d *Dialog) Read(p []byte) (int, error) { return d.Reader.Read(p) }

// Exchange returns the bytes that h answers to a client that sends in.
func Exchange(tb testing.TB, h gopherframe.Handler, in string, info gopherframe.Info) string {
	tb.Helper()
	d := &Dialog{Reader: strings.NewReader(in)}
	sent, err := gopherframe.Serve(tb.Context(), d, h, info)
	if err != nil && err != io.EOF {
		tb.Logf("Serve: %v", err)
	}
	if sent.Bytes != int64(d.Len()) {
		tb.Errorf("Sent.Bytes = %d, written were %d", sent.Bytes, d.Len())
	}
	return d.String()
}

// Answers returns a Handler that answers every request with resp.
func Answers(resp gopherframe.Response) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return resp }
}

// Lines returns the lines with CRLF after each.
func Lines(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }
