package gophertest_test

import (
	"context"
	"fmt"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophertest"
)

func ExampleGet() {
	r := gopherframe.NewRouter()
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Info("Welcome").Text("A greeting", "hello/gopher")
	})
	r.Handle("hello/{name}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("hello " + q.Param("name"))
	})
	res := gophertest.Get(r.Respond, "hello/gopher")
	fmt.Printf("%q sent as %q\n", res.Text, res.Wire)

	res = gophertest.Get(r.Respond, "nope")
	fmt.Println(gopherframe.ErrorOf(res.Response), res.Menu.Items[0].Name)

	// A menu equals the one that the handler made, whatever the address of the server.
	want := gopherframe.NewMenu().Info("Welcome").Text("A greeting", "hello/gopher")
	fmt.Printf("%q\n", cmp.Diff(want, gophertest.Get(r.Respond, "").Menu))
	// Output:
	// "hello gopher\n" sent as "hello gopher\r\n.\r\n"
	// Not found. Not found.
	// ""
}

// A Client says over which connection it asks.
func ExampleClient_Get() {
	h := func(q *gopherframe.Request) gopherframe.Response {
		if q.Transport != "tls" {
			return &gopherframe.Error{Text: "Only over TLS."}
		}
		return gopherframe.Text("A secret.")
	}
	for _, transport := range []string{"tcp", "tls"} {
		c := &gophertest.Client{Info: gopherframe.Info{Transport: transport}}
		fmt.Printf("%s: %q\n", transport, c.Get(context.Background(), h, "").Wire)
	}
	// Output:
	// tcp: "3Only over TLS.\t\terror.host\t0\r\n.\r\n"
	// tls: "A secret.\r\n.\r\n"
}

func ExampleLint() {
	wire := "iWelcome\t\terror.host\t0\r\n0About\tabout.txt\tgopher.example\t\r\n1Docs\tdocs#2\tgopher.example\t70\n"
	for _, p := range gophertest.Lint([]byte(wire)) {
		fmt.Println(p)
	}
	// Output:
	// line 2: the port is empty
	// line 3: the line ends in LF alone, not in CRLF
	// line 3: warning: some clients cut the selector at the #
	// there is no final period
}

func ExampleCrawl() {
	r := gopherframe.NewRouter()
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Text("About", "about.txt").Menu("Posts", "posts")
	})
	r.Handle("posts", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Text("First", "posts/1").Text("About", "about.txt")
	})
	r.Handle("posts/{n}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("Post " + q.Param("n"))
	})
	report := gophertest.Crawl(r.Respond)
	for _, p := range report.Pages {
		fmt.Printf("%c %q\n", p.Type, p.Selector)
	}
	fmt.Println(report.Err())
	// Output:
	// 1 ""
	// 0 "about.txt"
	// 1 "posts"
	// 0 "posts/1"
	// about.txt (linked from /): the answer is "Not found."
	// about.txt (linked from posts): the answer is "Not found."
}

// A handler that takes it for granted that there is a query.
func ExampleTestHandler() {
	find := func(q *gopherframe.Request) gopherframe.Response {
		if q.Query[0] == '*' {
			return nil
		}
		return gopherframe.NewMenu().Info("Nothing found.")
	}
	fmt.Println(gophertest.TestHandler(find, "find\twords"))
	// Output:
	// gophertest: request "": the handler panicked: runtime error: index out of range [0] with length 0
	// gophertest: request "find\t*": the handler returned nil: return gopherframe.NotFound("")
}

// A middleware that adds a line to a copy of each menu, and one that changes the menu of
// the handler, which may return the same menu for other requests.
func ExampleTestMiddleware() {
	footer := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			if m, ok := resp.(*gopherframe.Menu); ok {
				return gopherframe.NewMenu().Add(m.Items...).Info("Bye.")
			}
			return resp
		}
	}
	careless := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			if m, ok := resp.(*gopherframe.Menu); ok {
				m.Info("Bye.")
			}
			return resp
		}
	}
	fmt.Println(gophertest.TestMiddleware(footer))
	fmt.Println(gophertest.TestMiddleware(careless))
	// Output:
	// <nil>
	// gophertest: request "app": the answer of next was changed, which other requests may share: change a copy
}
