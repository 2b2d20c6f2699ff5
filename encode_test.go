package gopherframe_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"gopherframe"
)

// TestEncode: an answer in another form, the error that takes the place of one of which
// nothing was written, and what the functions given to AfterWrite are told.
func TestEncode(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name, line string
		encode     func(w io.Writer, resp gopherframe.Response) error
		wire       string
		err        error // in the chain of that of Serve
		cut        bool
	}{
		{"whole", "x", func(w io.Writer, resp gopherframe.Response) error { _, err := fmt.Fprintf(w, "<%v>", resp); return err }, "<text>", nil, false},
		{"too long", "too long", func(w io.Writer, resp gopherframe.Response) error { _, err := fmt.Fprintf(w, "<%v>", resp); return err }, "<Request line too long.>", nil, false},
		{"fails before", "x", func(w io.Writer, resp gopherframe.Response) error {
			if e, ok := resp.(*gopherframe.Error); ok {
				io.WriteString(w, e.Text)
				return nil
			}
			return broken
		}, "Internal server error.", broken, false},
		{"panics before", "x", func(w io.Writer, resp gopherframe.Response) error {
			if gopherframe.ErrorOf(resp) != nil {
				io.WriteString(w, "error")
				return nil
			}
			panic("boom")
		}, "error", nil, false},
		{"fails after", "x", func(w io.Writer, _ gopherframe.Response) error { io.WriteString(w, "half"); return broken }, "half", broken, true},
		{"fails twice", "x", func(io.Writer, gopherframe.Response) error { return broken }, "", broken, true},
		{"aborts", "x", func(io.Writer, gopherframe.Response) error { return gopherframe.Abort }, "", gopherframe.Abort, true},
	} {
		var wire bytes.Buffer
		var told *gopherframe.Sent
		h := gopherframe.Hosts(map[string]gopherframe.Handler{"virtual.example": func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(s gopherframe.Sent) { told = &s })
			return gopherframe.Text("text")
		}})
		host := ""
		sent, err := gopherframe.Serve(context.Background(), struct {
			io.Reader
			io.Writer
		}{strings.NewReader(tt.line + "\r\n"), &wire}, h, gopherframe.Info{
			ServerName: "virtual.example", MaxLine: 5, Log: slog.New(slog.DiscardHandler),
			Encode: func(w io.Writer, q *gopherframe.Request, resp gopherframe.Response) error {
				host = q.Host
				return tt.encode(w, resp)
			}})
		if wire.String() != tt.wire || sent.Bytes != int64(len(tt.wire)) || tt.err != nil && !errors.Is(err, tt.err) || errors.Is(err, gopherframe.ErrCut) != tt.cut {
			t.Errorf("%s: %q, %+v, %v", tt.name, wire.String(), sent, err)
		}
		if tt.line == "x" && (told == nil || *told != sent || host != "virtual.example") {
			t.Errorf("%s: AfterWrite is told %+v, host %q", tt.name, told, host)
		}
	}
}
