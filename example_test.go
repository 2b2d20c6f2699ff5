package gopherframe_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"gopherframe"
)

func Example() {
	r := gopherframe.NewRouter()
	r.Handle("", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().
			Info("Welcome").
			Text("A greeting", "hello/gopher").
			Search("Search", "find")
	})
	r.Handle("hello/(?P<name>.+)", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("hello " + q.Param("name"))
	})
	for _, selector := range []string{"", "hello/gopher", "nope"} {
		fmt.Printf("%q\n%s", selector, get(r.Respond, selector))
	}
	// Output:
	// ""
	// iWelcome		error.host	0
	// 0A greeting	hello/gopher	localhost	70
	// 7Search	find	localhost	70
	// .
	// "hello/gopher"
	// hello gopher
	// .
	// "nope"
	// 3Not found.		error.host	0
	// .
}

// get returns what a client reads, with LF for CRLF.
func get(h gopherframe.Handler, line string) string {
	var out bytes.Buffer
	gopherframe.Serve(context.Background(), pair{strings.NewReader(line + "\r\n"), &out}, h, gopherframe.Info{})
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

// A pair is the two ends of a client.
type pair struct {
	io.Reader
	io.Writer
}

func ExampleRouter_Route() {
	r := gopherframe.NewRouter()
	r.Route("blog", func(r *gopherframe.Router) {
		r.Handle("", index)
		r.Handle("{year:[0-9]{4}}/{slug}", post).Named("post")
	})
	selector, err := r.Selector("post", "year", "2026", "slug", "gophers")
	fmt.Println(selector, err)
	_, err = r.Selector("post", "year", "last", "slug", "gophers")
	fmt.Println(err)
	// Output:
	// blog/2026/gophers <nil>
	// gopherframe: selector of "post": pattern "blog/{year:[0-9]{4}}/{slug}" does not match "blog/last/gophers", which the values map["slug":"gophers" "year":"last"] make
}

func index(*gopherframe.Request) gopherframe.Response { return gopherframe.NewMenu() }
func post(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.Text(q.Param("year") + ": " + q.Param("slug"))
}

// A middleware may return another answer than the handler's.
func ExampleRouter_Use() {
	shout := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			if text, ok := resp.(gopherframe.Text); ok {
				return gopherframe.Text(strings.ToUpper(string(text)))
			}
			return resp
		}
	}
	r := gopherframe.NewRouter()
	r.Use(shout)
	r.Handle("about.txt", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("about") })
	fmt.Print(get(r.Respond, "about.txt"))
	// Output:
	// ABOUT
	// .
}

// Serve works over anything that reads and writes.
func ExampleServe() {
	search := func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Infof("You asked for %q.", q.Query)
	}
	var out bytes.Buffer
	client := pair{strings.NewReader("find\tgophers\r\n"), &out}
	sent, err := gopherframe.Serve(context.Background(), client, search, gopherframe.Info{Host: "gopher.example", Port: 70})
	fmt.Printf("%q\n", out.String())
	fmt.Println(sent.Bytes, err)
	// Output:
	// "iYou asked for \"gophers\".\t\terror.host\t0\r\n.\r\n"
	// 44 <nil>
}
