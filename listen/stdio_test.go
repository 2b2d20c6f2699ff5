package listen_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/internal/leak"
	"gopherframe/listen"
)

func TestStdio(t *testing.T) {
	leak.Check(t)
	tests := []struct{ name, in, want string }{
		{"text", "a b\r\n", "stdio a b\r\n.\r\n"},
		{"no line end", "a", "stdio a\r\n.\r\n"},
		{"nothing", "", ""},
		{"too long", strings.Repeat("x", 3000), tooLong},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		err := (&listen.Stdio{In: strings.NewReader(tt.in), Out: &out, Log: quiet}).Serve(t.Context(), func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(q.Transport + " " + q.Selector)
		})
		if err != nil || out.String() != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, out.String(), err, tt.want)
		}
	}
}

func TestStdioLimits(t *testing.T) {
	long := gopherframe.Binary(make([]byte, 100_000))
	tests := []struct {
		name string
		line string
		want string // in the error
		when time.Duration
	}{
		{"no line", "", "no request line within 15s", 15 * time.Second},
		{"nobody reads", "a\r\n", "nobody took the answer for 1m0s", 60 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in, inEnd := io.Pipe()
				outEnd, out := io.Pipe()
				began := time.Now()
				go io.WriteString(inEnd, tt.line)
				err := (&listen.Stdio{In: in, Out: out, Log: quiet}).Serve(t.Context(), answers(long))
				if err == nil || !strings.Contains(err.Error(), tt.want) || time.Since(began) != tt.when {
					t.Errorf("after %v: %v", time.Since(began), err)
				}
				inEnd.Close()
				outEnd.Close()
			})
		})
	}
}

func TestStdioStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, inEnd := io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		var out bytes.Buffer
		go func() {
			ended <- (&listen.Stdio{In: in, Out: &out, Log: quiet}).Serve(ctx, func(*gopherframe.Request) gopherframe.Response {
				time.Sleep(5 * time.Second)
				return gopherframe.Text("x")
			})
		}()
		io.WriteString(inEnd, "a\r\n")
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil || out.String() != "x\r\n.\r\n" {
			t.Errorf("%q, %v", out.String(), err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		in, inEnd := io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := (&listen.Stdio{In: in, Out: io.Discard, Log: quiet}).Serve(ctx, answers(gopherframe.Text("x"))); err != nil {
			t.Errorf("before a line: %v", err)
		}
		inEnd.Close()
	})
}
