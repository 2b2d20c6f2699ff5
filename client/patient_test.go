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
