//go:build !race

// With the race detector, a sync.Pool drops some of its items, so that more is allocated.

package middleware_test

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

// An endless client sends the same line with each Read, and drops the answers.
type endless struct{ line string }

func (e endless) Read(p []byte) (int, error) { return copy(p, e.line), nil }
func (endless) Write(p []byte) (int, error)  { return len(p), nil }

// TestStackAllocations: five middlewares allocate nothing, nor does Metrics. Logger
// allocates twice.
func TestStackAllocations(t *testing.T) {
	five := []gopherframe.Middleware{
		middleware.Recoverer, middleware.GopherPlus, middleware.HTTPCourtesy, middleware.RedirectURL, middleware.MaxLine(255),
	}
	bare := answers(gopherframe.Text("hello"))
	wrap := func(h gopherframe.Handler, stack ...gopherframe.Middleware) gopherframe.Handler {
		for _, mw := range slices.Backward(stack) {
			h = mw(h)
		}
		return h
	}
	q := &gopherframe.Request{Selector: "post/7"}
	stack := wrap(bare, five...)
	if n := testing.AllocsPerRun(1000, func() { stack(q) }); n != 0 {
		t.Errorf("five middlewares: %v allocations", n)
	}

	var rw io.ReadWriter = endless{"post/7\r\n"}
	info := gopherframe.Info{Transport: "tcp", Remote: netip.MustParseAddrPort("192.0.2.7:4711")}
	served := func(h gopherframe.Handler) float64 {
		return testing.AllocsPerRun(1000, func() {
			if _, err := gopherframe.Serve(context.Background(), rw, h, info); err != nil {
				t.Fatal(err)
			}
		})
	}
	logger := middleware.Logger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if more := served(wrap(stack, logger)) - served(bare); more > 2 {
		t.Errorf("with Logger: %v allocations more", more)
	}
	if more := served(wrap(stack, middleware.Metrics(&counter{}))) - served(bare); more > 0 {
		t.Errorf("with Metrics: %v allocations more", more)
	}
}
