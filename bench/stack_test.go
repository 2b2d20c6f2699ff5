package main

import (
	"io"
	"log/slog"
	"net/netip"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

// stack is the middleware of a usual app.
var stack = []gopherframe.Middleware{
	middleware.Recoverer, middleware.GopherPlus, middleware.HTTPCourtesy, middleware.RedirectURL, middleware.MaxLine(255),
}

// wrap puts mw around h, the first outermost.
func wrap(h gopherframe.Handler, mw ...gopherframe.Middleware) gopherframe.Handler {
	for i := len(mw) - 1; i >= 0; i-- {
		h = mw[i](h)
	}
	return h
}

// BenchmarkStack calls a handler directly, and through the five middlewares.
func BenchmarkStack(b *testing.B) {
	menu := gopherframe.NewMenu().Text("A post", "post/7")
	handler := func(*gopherframe.Request) gopherframe.Response { return menu }
	q := &gopherframe.Request{Selector: "post/7"}
	for _, c := range []struct {
		name string
		h    gopherframe.Handler
	}{{"bare", handler}, {"five", wrap(handler, stack...)}} {
		b.Run("handler="+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.h(q)
			}
		})
	}
}

// BenchmarkLogger makes whole exchanges in memory, because Logger writes its entry at the
// end of an exchange.
func BenchmarkLogger(b *testing.B) {
	handler := func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("hello") }
	logger := middleware.Logger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	info := gopherframe.Info{Transport: "tcp", Remote: netip.MustParseAddrPort("192.0.2.7:4711")}
	for _, c := range []struct {
		name string
		h    gopherframe.Handler
	}{{"bare", handler}, {"five", wrap(wrap(handler, stack[:4]...), logger)}} {
		b.Run("handler="+c.name, func(b *testing.B) {
			serveInMemory(b, "post/7\r\n", c.h, info)
		})
	}
}
