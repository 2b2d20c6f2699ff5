package client

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// SetIdleTimeout changes Client.IdleTimeout for an answer that is being read.
func (a *Answer) SetIdleTimeout(d time.Duration) { a.wire.idle = d }

// TestSilence: reading fails when the idle time has passed since the last byte, and the
// readers of an answer do not each wait for it.
func TestSilence(t *testing.T) {
	for sent, want := range map[string]string{"": "", "3": "3", "a\r\nb": "a\nb"} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			defer near.Close()
			defer far.Close()
			if sent != "" {
				time.AfterFunc(50*time.Second, func() { io.WriteString(far, sent) })
			}
			a := newAnswer(&URL{}, &patient{ctx: t.Context(), conn: near, idle: 60 * time.Second}, 0, func() bool { return true })
			began := time.Now()
			if err := a.Refusal(); err != nil {
				t.Errorf("after %q: refusal %v", sent, err)
			}
			got, err := io.ReadAll(a.Text())
			if string(got) != want || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("after %q: %q, %v", sent, got, err)
			}
			wait := 60 * time.Second
			if sent != "" {
				wait += 50 * time.Second
			}
			if took := time.Since(began); took != wait {
				t.Errorf("after %q: given up after %v, want %v", sent, took, wait)
			}
		})
	}
}

// TestSilenceAfterTheEnd: a server that keeps the connection open after the final period has
// sent all of its text. A lone period with more text after it is no end, however late
// that comes.
func TestSilenceAfterTheEnd(t *testing.T) {
	for want, sent := range map[string][]string{"a\n": {"a\r\n", ".\r\n"}, "a\n.\nb\n": {"a\r\n.\r\n", "b\n", ".\n"}} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			defer near.Close()
			defer far.Close()
			go func() {
				for _, piece := range sent {
					time.Sleep(50 * time.Second)
					io.WriteString(far, piece)
				}
			}()
			a := newAnswer(&URL{}, &patient{ctx: t.Context(), conn: near, idle: 60 * time.Second}, 0, func() bool { return true })
			began := time.Now()
			if got, err := io.ReadAll(a.Text()); string(got) != want || err != nil {
				t.Errorf("%q: %q, %v, want %q", sent, got, err, want)
			}
			if took, want := time.Since(began), time.Duration(len(sent))*50*time.Second+60*time.Second; took != want {
				t.Errorf("%q: it took %v, want %v", sent, took, want)
			}
		})
	}
}
