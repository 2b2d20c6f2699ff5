package crawl

import (
	"context"
	"io"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/memory"
)

// A Fetch asks for a page by the fields of a request: the selector and, for a search, the
// query. It returns the answer, to be read while the server sends it.
type Fetch func(ctx context.Context, typ gopherframe.ItemType, fields ...string) (io.ReadCloser, error)

// Handler returns a Fetch that asks h in memory. Reading the answer fails if h
// panicked or goes on after its context ended.
func Handler(h gopherframe.Handler, info gopherframe.Info) Fetch {
	return func(ctx context.Context, _ gopherframe.ItemType, fields ...string) (io.ReadCloser, error) {
		var request strings.Builder
		if err := framing.WriteRequest(&request, fields...); err != nil {
			return nil, err
		}
		return memory.Ask(ctx, h, request.String(), info), nil
	}
}
