package soak_test

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"gopherframe"
	"gopherframe/internal/lint"
	"gopherframe/internal/transcript"
)

// maxExchange is how many bytes one exchange with the site may allocate: its largest answer
// is a menu of 500 items.
const maxExchange = 2 << 20

// FuzzExchange sends random bytes to an app that has an answer of every kind. Whatever
// they are, the answer is a text, a menu, an error, one of the files or nothing; it does
// not depend on how the bytes arrive; and its memory is bounded.
func FuzzExchange(f *testing.F) {
	for _, in := range []string{
		"\r\n", "", "hello/x\n", "hello/\x00\t+\r\n", "find\ta+b\r", "stream\n", "panic\r\n", "files/many\r\n", "files/gophermap\n",
		"files/many/file001.txt\n", "\t$\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "URL:http://x/\n", "files//many\n", "files/../x\n", "binary\n",
		strings.Repeat("x", 3000), "\x16\x03\x01\x02\x00\x01\n",
	} {
		f.Add([]byte(in))
	}
	h := site().Respond
	info := transcript.Info
	info.Log = slog.New(slog.DiscardHandler)
	serve := func(d *transcript.Dialog) { gopherframe.Serve(context.Background(), d, h, info) }
	f.Fuzz(func(t *testing.T, in []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		whole := &transcript.Dialog{Reader: bytes.NewReader(in)}
		serve(whole)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > maxExchange {
			t.Errorf("%.100q took %d bytes", in, took)
		}
		slow := &transcript.Dialog{Reader: iotest.OneByteReader(bytes.NewReader(in))}
		serve(slow)
		wire := whole.String()
		if slow.String() != wire {
			t.Errorf("%.100q: %.200q at once, %.200q byte by byte", in, wire, slow.String())
		}
		switch {
		case wire == "": // nothing was asked
			if len(in) > 0 {
				t.Errorf("%.100q has no answer", in)
			}
		case strings.HasPrefix(wire, "HTTP/1.1 "), strings.HasPrefix(wire, "<!DOCTYPE html>"), strings.HasPrefix(wire, "+-1\r\n"),
			wire == "\x00\x01\r\n.\xff", strings.HasPrefix(wire, "0123456789abcdef"):
		case strings.HasSuffix(wire, "\r\n.\r\n"), wire == ".\r\n":
			if strings.Count(wire, "\n") != strings.Count(wire, "\r\n") || strings.Count(wire, "\r") != strings.Count(wire, "\r\n") {
				t.Errorf("%.100q: a line of %.200q does not end CRLF", in, wire)
			}
			if strings.Contains(wire, "\tgopher.example\t") || strings.HasPrefix(wire, "3") {
				for _, p := range lint.Menu([]byte(wire)) {
					if p.Severity == lint.Error && !strings.Contains(p.Text, "control character") {
						t.Errorf("%.100q: %.200q: %v", in, wire, p)
					}
				}
			}
		default:
			t.Errorf("%.100q is answered with %.200q, which is no text, menu or error", in, wire)
		}
	})
}
