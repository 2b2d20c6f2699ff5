//go:build soak && unix

package soak_test

import (
	"context"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/crawl"
)

// busy keeps two processors busy until the test ends.
func busy(t *testing.T) {
	var stop atomic.Bool
	for range 2 {
		go func() {
			for !stop.Load() {
			}
		}()
	}
	t.Cleanup(func() { stop.Store(true) })
}

// TestQUICLosesNothing: on a busy machine the server often answers and stops reading
// before the client has ended its request. No answer may be lost by that.
func TestQUICLosesNothing(t *testing.T) {
	runtime.GOMAXPROCS(max(4, runtime.GOMAXPROCS(0))) // so that the loops are beside the rest, not before it
	s, stop := start(t)
	defer stop()
	busy(t)
	for i := range 1000 {
		if got, err := s.get(s.urls[2] + "/0hello/" + strconv.Itoa(i)); got != "hello "+strconv.Itoa(i)+"\n" || err != nil {
			t.Errorf("fetch %d: %q, %v", i, got, err)
		}
	}
}

// TestCheckOverQUIC walks a clean site a hundred times.
func TestCheckOverQUIC(t *testing.T) {
	s, stop := start(t)
	defer stop()
	u, err := client.ParseURL(s.urls[2])
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		walk := &crawl.Crawler{
			Host: u.Host, Port: port, Jobs: 4, MaxDepth: 1,
			Fetch: func(ctx context.Context, typ gopherframe.ItemType, fields ...string) (io.ReadCloser, error) {
				page := *u
				page.Type, page.Selector, page.Query = typ, fields[0], strings.Join(fields[1:], "\t")
				return s.client.Get(ctx, page.String())
			},
		}
		report, err := walk.Walk(t.Context())
		if err != nil || len(report.Problems) > 0 || len(report.Pages) < 4 {
			t.Fatalf("walk %d: %d pages, %v, %v", i, len(report.Pages), report.Problems, err)
		}
	}
}
