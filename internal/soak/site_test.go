package soak_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing/fstest"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/middleware"
)

// site returns an app with an answer of every kind.
func site() *gopherframe.Router {
	tree := fstest.MapFS{}
	for i := range 500 {
		tree[fmt.Sprintf("many/file%03d.txt", i)] = &fstest.MapFile{Data: []byte("a file\n.\nof three lines\n")}
	}
	tree["big.bin"] = &fstest.MapFile{Data: []byte(strings.Repeat("0123456789abcdef", 1<<16))}
	tree["gophermap"] = &fstest.MapFile{Data: []byte("Files\n1Many\tmany\n9Big\tbig.bin\n1Bad\tx\th\tport\n")}
	r := gopherframe.NewRouter()
	r.Use(middleware.Recoverer, middleware.GopherPlus, middleware.HTTPCourtesy, middleware.RedirectURL)
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Info("Welcome").Text("Hello", "hello/world").Menu("Files", "files/").Search("Find", "find")
	})
	r.Handle("hello/{name}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("hello " + q.Param("name"))
	})
	r.With(middleware.Search("Find"), middleware.PlusSpaces).Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Infof("You asked for %q.", q.Query)
	})
	r.Handle("stream", func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(_ context.Context, w io.Writer) error {
			for i := range 10 {
				if _, err := fmt.Fprintf(w, ".line %d\n", i); err != nil {
					return err
				}
			}
			return nil
		}}
	})
	r.Handle("panic", func(*gopherframe.Request) gopherframe.Response { panic("on purpose") })
	r.Handle("fail", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Fail(io.ErrUnexpectedEOF) })
	r.Handle("binary", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Binary{0, 1, '\r', '\n', '.', 255} })
	r.Mount("files/", files.Server(tree))
	return r
}
