package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"gopherframe"
	"gopherframe/listen/web"
)

// webMenu returns a menu of 100 items, of which a number makes it another one.
func webMenu(number int64) *gopherframe.Menu {
	m := gopherframe.NewMenu().Infof("This is menu %d.", number)
	for i := range 99 {
		m.Text("An item of a menu, number "+strconv.Itoa(i), "phlog/2026/item-"+strconv.Itoa(i)+".txt")
	}
	return m
}

// BenchmarkWeb compares the page of a menu of 100 items with the same bytes from a bare
// handler of net/http, whole exchanges on kept connections, client included. server=kept is
// for a menu that was rendered before, server=new for one that never was.
func BenchmarkWeb(b *testing.B) {
	quiet := slog.New(slog.DiscardHandler)
	site := func(b *testing.B, h gopherframe.Handler) string {
		ln := bind(b)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- (&web.Listener{Listener: ln, Log: quiet, Public: "gopher.example:70"}).Serve(ctx, h) }()
		b.Cleanup(func() {
			cancel()
			if err := <-ended; err != nil {
				b.Error(err)
			}
		})
		return ln.Addr().String()
	}
	menu := webMenu(0)
	kept := func(*gopherframe.Request) gopherframe.Response { return menu }
	b.Run("server=bare", func(b *testing.B) {
		r, err := http.Get("http://" + site(b, kept) + "/")
		if err != nil {
			b.Fatal(err)
		}
		page, err := io.ReadAll(r.Body)
		if err != nil {
			b.Fatal(err)
		}
		r.Body.Close()
		ln := bind(b)
		go http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			clear(w.Header())
			for name, values := range r.Header {
				w.Header()[name] = values
			}
			w.Write(page)
		}))
		askWeb(b, ln.Addr().String())
	})
	b.Run("server=kept", func(b *testing.B) { askWeb(b, site(b, kept)) })
	b.Run("server=new", func(b *testing.B) {
		var number atomic.Int64
		askWeb(b, site(b, func(*gopherframe.Request) gopherframe.Response { return webMenu(number.Add(1)) }))
	})
}

// bind returns a listener on a free port.
func bind(b *testing.B) net.Listener {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ln.Close() })
	return ln
}

// askWeb asks for the root, four at a time for each processor, each on a connection of its
// own.
func askWeb(b *testing.B, addr string) {
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		in := bufio.NewReader(c)
		for pb.Next() {
			fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: gopher.example\r\n\r\n")
			r, err := http.ReadResponse(in, nil)
			if err != nil {
				b.Error(err)
				return
			}
			if n, err := io.Copy(io.Discard, r.Body); n < 10_000 || err != nil || r.StatusCode != http.StatusOK {
				b.Errorf("%d bytes, %v, %s", n, err, r.Status)
			}
		}
	})
}
