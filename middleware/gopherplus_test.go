package middleware_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestGopherPlus(t *testing.T) {
	fields := func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Binary(fmt.Sprintf("%q %q %q", q.Selector, q.Query, q.Extra))
	}
	const info = "+-1\r\n+INFO: 1Main menu\t\tgopher.example\t7070\r\n.\r\n"
	h := middleware.GopherPlus(fields)
	for _, tt := range []struct{ name, line, want string }{
		{"root of UMN gopher", "\t$", info},
		{"root with slash", "/\t$", info},
		{"attributes of the root", "\t!", info},
		{"some attributes of the root", "\t!+ADMIN+VIEWS", info},
		{"items with some attributes", "\t$+INFO", info},
		{"plain root", "", `"" "" []`},
		{"plain", "a", `"a" "" []`},
		{"search", "a\tb c", `"a" "b c" ["b c"]`},
		{"empty search", "a\t", `"a" "" [""]`},
		{"plus", "a\t+", `"a" "" ["+"]`},
		{"plus on the root", "\t+", `"" "" ["+"]`},
		{"view", "a\t+text/plain", `"a" "" ["+text/plain"]`},
		{"view with language", "a\t+application/gopher+-menu En_US", `"a" "" ["+application/gopher+-menu En_US"]`},
		{"plus with data", "a\t+\t1", `"a" "" ["+" "1"]`},
		{"search with plus", "a\tb\t+", `"a" "b" ["b" "+"]`},
		{"empty search with plus", "a\t\t+", `"a" "" ["" "+"]`},
		{"search with plus and data", "a\tb\t+text/plain\t1", `"a" "b" ["b" "+text/plain" "1"]`},
		{"search for a word with plus", "a\t+gopher", `"a" "+gopher" ["+gopher"]`},
		{"search for two words with plus", "a\t+gopher +burrow/x", `"a" "+gopher +burrow/x" ["+gopher +burrow/x"]`},
		{"search for C++", "a\tC++", `"a" "C++" ["C++"]`},
		{"search for $", "a\t$", `"a" "$" ["$"]`},
		{"search for !", "a\t!", `"a" "!" ["!"]`},
		{"search on the root", "\t$5", `"" "$5" ["$5"]`},
		{"no slash before the subtype", "a\t+/x", `"a" "+/x" ["+/x"]`},
		{"plus in the selector", "+", `"+" "" []`},
		{"$ in the wrong field", "\tx\t$", `"" "x" ["x" "$"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := exchange(t, h, tt.line+"\r\n", gopherframe.Info{Host: "gopher.example", Port: 7070}); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if got, want := exchange(t, h, "\t$\r\n", gopherframe.Info{Host: "a\r\n1b\tc", Port: 1 << 20}), "+-1\r\n+INFO: 1Main menu\t\ta  1b c\t65535\r\n.\r\n"; got != want {
		t.Errorf("hostile host: %q, want %q", got, want)
	}
}

// TestGopherPlusChangesACopy: the Request of middleware outside stays as it was sent.
func TestGopherPlusChangesACopy(t *testing.T) {
	var query string
	h := middleware.GopherPlus(func(q *gopherframe.Request) gopherframe.Response {
		query = q.Query
		return gopherframe.Text(q.Param("name"))
	})
	r := gopherframe.NewRouter()
	r.With(middleware.GopherPlus).Handle("{name}", h)
	q := &gopherframe.Request{Selector: "a", Query: "+", Extra: []string{"+"}}
	if got := r.Respond(q); got != gopherframe.Text("a") || query != "" || q.Query != "+" {
		t.Errorf("%q to the query %q, outside it is %q", got, query, q.Query)
	}
}

func TestGopherPlusAllocations(t *testing.T) {
	h := middleware.GopherPlus(answers(gopherframe.NewMenu()))
	for _, q := range []*gopherframe.Request{
		{Selector: "a"},
		{Selector: "a", Query: "b", Extra: []string{"b"}},
		{Selector: "a", Query: "b", Extra: []string{"b", "+"}},
	} {
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
			t.Errorf("%q: %v allocations", q.Extra, n)
		}
	}
}

func FuzzGopherPlus(f *testing.F) {
	for _, line := range []string{"", "\t$", "\t!+ADMIN", "a\t+", "a\tb\t+text/plain", "a\t+a/b c", "a\tb\r\n"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		fields := strings.Split(line, "\t")
		q := &gopherframe.Request{Selector: fields[0], Extra: fields[1:], Host: "h", Port: 70}
		if len(q.Extra) > 0 {
			q.Query = q.Extra[0]
		}
		passed := false
		resp := middleware.GopherPlus(func(in *gopherframe.Request) gopherframe.Response {
			passed = true
			if in.Selector != fields[0] || !slices.Equal(in.Extra, fields[1:]) {
				t.Errorf("%q became %q %q", line, in.Selector, in.Extra)
			}
			if in.Query != q.Query && (in.Query != "" || q.Query[0] != '+') {
				t.Errorf("%q: the query became %q", line, in.Query)
			}
			return gopherframe.Text("")
		})(q)
		if isRoot := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "/\t"); !passed && !isRoot {
			t.Errorf("%q: %q", line, resp)
		}
	})
}

func ExampleGopherPlus() {
	r := gopherframe.NewRouter()
	r.Use(middleware.GopherPlus)
	r.Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(fmt.Sprintf("query %q, fields %q", q.Query, q.Extra))
	})
	root := &gopherframe.Request{Query: "$", Extra: []string{"$"}, Host: "gopher.example", Port: 70}
	fmt.Printf("%q\n", r.Respond(root))
	plus := &gopherframe.Request{Selector: "find", Query: "+", Extra: []string{"+"}}
	fmt.Println(r.Respond(plus))
	// Output:
	// "+-1\r\n+INFO: 1Main menu\t\tgopher.example\t70\r\n.\r\n"
	// query "", fields ["+"]
}
