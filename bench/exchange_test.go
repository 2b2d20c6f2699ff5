package main

import (
	"bytes"
	"context"
	"io"
	"testing"

	"gopherframe"
	"gopherframe/files"
)

// BenchmarkExchange makes whole exchanges in memory with the routes and the site of the
// server processes. Of the first answer of each, all bytes are compared.
func BenchmarkExchange(b *testing.B) {
	s, err := newSite(b.TempDir(), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	h, err := app(s.dir, usualRoutes, files.Cache(0)) // nothing is kept
	if err != nil {
		b.Fatal(err)
	}
	info := gopherframe.Info{Transport: "tcp", Host: publicHost, Port: 70}
	run := func(name string, w work, h gopherframe.Handler) {
		b.Run(name, func(b *testing.B) {
			var got bytes.Buffer
			first := struct {
				io.Reader
				io.Writer
			}{bytes.NewBufferString(w.selector + "\r\n"), &got}
			if _, err := gopherframe.Serve(context.Background(), first, h, info); err != nil {
				b.Fatal(err)
			}
			if err := w.want.check(&got, make([]byte, 4096)); err != nil {
				b.Fatal(err)
			}
			serveInMemory(b, w.selector+"\r\n", h, info)
		})
	}
	run("part=line", work{selector: s.small.selector}, always(gopherframe.Binary(nil)))
	for _, c := range []struct {
		name string
		w    work
	}{{"small", s.small}, {"menu", s.menu}, {"page", s.page}, {"listing", s.directory}} {
		run("answer="+c.name, c.w, h)
	}
	b.Run("part=route", func(b *testing.B) {
		q := &gopherframe.Request{Selector: s.small.selector}
		b.ReportAllocs()
		for b.Loop() {
			h(q)
		}
	})
}
