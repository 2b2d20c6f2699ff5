package gopherframe_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
)

func TestAbort(t *testing.T) {
	stream := func(write func(io.Writer) error) gopherframe.Handler {
		return answers(&gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error { return write(w) }})
	}
	tests := []struct {
		name string
		h    gopherframe.Handler
		want string
	}{
		{"handler", func(*gopherframe.Request) gopherframe.Response { panic(gopherframe.Abort) }, ""},
		{"stream", stream(func(io.Writer) error { panic(gopherframe.Abort) }), ""},
		{"begun stream", stream(func(w io.Writer) error {
			io.WriteString(w, "begun\nand")
			panic(gopherframe.Abort)
		}), "begun\r\nand"},
		{"returned", stream(func(io.Writer) error { return fmt.Errorf("enough: %w", gopherframe.Abort) }), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			info := info
			info.Log = slog.New(slog.NewTextHandler(&log, nil))
			d := &dialog{Reader: strings.NewReader("x\n")}
			var seen error
			sent, err := gopherframe.Serve(t.Context(), d, func(q *gopherframe.Request) gopherframe.Response {
				q.AfterWrite(func(sent gopherframe.Sent) { seen = sent.Err })
				return tt.h(q)
			}, info)
			if d.String() != tt.want || log.Len() > 0 {
				t.Errorf("%q, want %q; log: %s", d.String(), tt.want, log.String())
			}
			for _, err := range []error{err, sent.Err, seen} {
				if !errors.Is(err, gopherframe.Abort) || errors.Is(sent.Err, gopherframe.ErrCut) {
					t.Errorf("%v, %v, and after the write %v", err, sent, seen)
				}
			}
		})
	}
}

// TestLateAfterWrite: a handler may outlive its exchange, and register hooks
// while and after Serve calls them; each is called once.
func TestLateAfterWrite(t *testing.T) {
	var mu sync.Mutex
	called := map[int]int{}
	hook := func(i int) func(gopherframe.Sent) {
		return func(sent gopherframe.Sent) {
			mu.Lock()
			defer mu.Unlock()
			if called[i]++; sent.Bytes != 4 {
				t.Errorf("hook %d is told %v", i, sent)
			}
		}
	}
	var late sync.WaitGroup
	var kept *gopherframe.Request
	exchange(t, func(q *gopherframe.Request) gopherframe.Response {
		kept = q
		late.Go(func() {
			for i := range 100 {
				q.AfterWrite(hook(i))
				q.Annotate(slog.Int("i", i))
				q.Annotate()
			}
		})
		q.AfterWrite(func(gopherframe.Sent) { q.AfterWrite(hook(100)) })
		return gopherframe.Binary("four")
	}, "\n", info)
	late.Wait()
	kept.AfterWrite(hook(101))
	for i := range 102 {
		if called[i] != 1 {
			t.Errorf("hook %d was called %d times", i, called[i])
		}
	}
}

func TestNotes(t *testing.T) {
	note := slog.String("cache", "hit")
	exchange(t, func(q *gopherframe.Request) gopherframe.Response {
		if !q.Served() || q.Annotate() != nil {
			t.Errorf("before: %v, %v", q.Served(), q.Annotate())
		}
		q.WithContext(t.Context()).Annotate(note)
		before := q.Annotate()
		q.Annotate(slog.Int("n", 1))
		if diff := cmp.Diff([]slog.Attr{note}, before); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if n := testing.AllocsPerRun(100, func() { q.Annotate() }); n != 0 {
			t.Errorf("%v allocations", n)
		}
		return gopherframe.Text("")
	}, "\n", info)
	q := &gopherframe.Request{}
	q.Annotate(note)
	if q.Served() || q.Annotate() != nil {
		t.Errorf("by hand: %v, %v", q.Served(), q.Annotate())
	}
}
