package middleware_test

import (
	"fmt"
	"testing"

	"gopherframe"
	"gopherframe/gophertest"
	"gopherframe/internal/transcript"
	"gopherframe/middleware"
)

func TestSearch(t *testing.T) {
	find := middleware.Search("Look for")(func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("found " + q.Query)
	})
	info := gopherframe.Info{Host: "gopher.example", Port: 7070}
	inner := gopherframe.NewRouter()
	inner.Handle("find", find)
	inner.Handle("", find)
	r := gopherframe.NewRouter()
	r.Handle("find", find)
	r.Mount("a/{x}", inner.Respond)
	ask := func(selector string) string {
		return transcript.Lines("7Look for\t"+selector+"\tgopher.example\t7070", ".")
	}
	for line, want := range map[string]string{
		"find":           ask("find"),
		"/find":          ask("/find"),
		"find\t":         ask("find"),
		"find\t  ":       ask("find"),
		"find\tx":        transcript.Lines("found x", "."),
		"find\t x ":      transcript.Lines("found  x ", "."),
		"a/b/find":       ask("a/b/find"),
		"/a/b/find":      ask("a/b/find"),
		"a/b//find":      notFound,
		"a/b/find\tword": transcript.Lines("found word", "."),
		"a/b":            ask("a/b/"),
		"a/b/\tword":     transcript.Lines("found word", "."),
	} {
		if got := exchange(t, r.Respond, line+"\r\n", info); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// plusSpaces returns the query that a handler inside PlusSpaces gets.
func plusSpaces(query string) string {
	var got string
	h := middleware.PlusSpaces(func(q *gopherframe.Request) gopherframe.Response {
		got = q.Query
		return gopherframe.Text("")
	})
	h(&gopherframe.Request{Query: query})
	return got
}

// TestPlusSpacesCopies: the Request of middleware outside stays as it was sent.
func TestPlusSpacesCopies(t *testing.T) {
	q := &gopherframe.Request{Query: "a+b", Extra: []string{"a+b", "c+d"}}
	middleware.PlusSpaces(func(in *gopherframe.Request) gopherframe.Response {
		if in.Query != "a b" || in.Extra[0] != "a b" || in.Extra[1] != "c+d" {
			t.Errorf("the handler gets %q, %q", in.Query, in.Extra)
		}
		return gopherframe.Text("")
	})(q)
	if q.Query != "a+b" || q.Extra[0] != "a+b" {
		t.Errorf("the Request became %q, %q", q.Query, q.Extra)
	}
}

func TestPlusSpaces(t *testing.T) {
	for query, want := range map[string]string{
		"":                 "",
		"+":                "+",
		"++":               "++",
		"grüße+a+b":        "grüße a b",
		"a+b c":            "a+b c",
		"C++":              "C++",
		"+gopher":          "+gopher",
		"gopher+":          "gopher+",
		"+gopher+-rat":     "+gopher -rat",
		"a++b":             "a++b",
		"a+b+c":            "a b c",
		"a+\xff+\x00+\xfe": "a \xff \x00 \xfe",
	} {
		if got := plusSpaces(query); got != want {
			t.Errorf("%q became %q, want %q", query, got, want)
		}
	}
}

func FuzzPlusSpaces(f *testing.F) {
	f.Add("a+b")
	f.Add("++ +")
	f.Fuzz(func(t *testing.T, query string) {
		got := plusSpaces(query)
		if len(got) != len(query) || plusSpaces(got) != got {
			t.Errorf("%q became %q", query, got)
		}
		for i := range len(query) {
			if got[i] != query[i] && (query[i] != '+' || got[i] != ' ') {
				t.Errorf("%q became %q", query, got)
			}
		}
	})
}

func ExampleSearch() {
	r := gopherframe.NewRouter()
	r.With(middleware.Search("Look for"), middleware.PlusSpaces).Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Infof("You asked for %q.", q.Query)
	})
	for _, line := range []string{"find", "find\tgophers+and+moles"} {
		it := gophertest.Get(r.Respond, line).Menu.Items[0]
		fmt.Println(it.Type, it.Name, it.Selector)
	}
	// Output:
	// 7 Look for find
	// i You asked for "gophers and moles".
}
