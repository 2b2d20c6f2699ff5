package gopherframe_test

import (
	"fmt"
	"testing"

	"gopherframe"
)

func TestHasQuery(t *testing.T) {
	h := func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Binary(fmt.Sprint(q.HasQuery()))
	}
	for line, want := range map[string]string{"a": "false", "a\t": "true", "a\tb": "true", "a\t\t+": "true", "\t$": "true"} {
		if got := exchange(t, h, line+"\r\n", info); got != want {
			t.Errorf("%q: %s, want %s", line, got, want)
		}
	}
	if !(&gopherframe.Request{Query: "x"}).HasQuery() {
		t.Error("a Request made by hand has none")
	}
	// What middleware.GopherPlus makes of TAB "+".
	if (&gopherframe.Request{Extra: []string{"+"}}).HasQuery() {
		t.Error("the mark of Gopher+ is taken for a query")
	}
}

func TestSearch(t *testing.T) {
	find := gopherframe.Search("Look for", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("found " + q.Query)
	})
	inner := gopherframe.NewRouter()
	inner.Handle("find", find)
	inner.Handle("", find)
	r := gopherframe.NewRouter()
	r.Handle("find", find)
	r.Mount("a/{x}", inner.Respond)
	ask := func(selector string) string {
		return lines("7Look for\t"+selector+"\tgopher.example\t7070", ".")
	}
	for line, want := range map[string]string{
		"find":           ask("find"),
		"/find":          ask("/find"),
		"find\t":         ask("find"),
		"find\t  ":       ask("find"),
		"find\tx":        lines("found x", "."),
		"find\t x ":      lines("found  x ", "."),
		"a/b/find":       ask("a/b/find"),
		"/a/b/find":      ask("a/b/find"),
		"a/b//find":      ask("a/b//find"),
		"a/b/find\tword": lines("found word", "."),
		"a/b":            ask("a/b/"),
		"a/b/\tword":     lines("found word", "."),
	} {
		if got := exchange(t, r.Respond, line+"\r\n", info); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
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
		if got := gopherframe.PlusSpaces(query); got != want {
			t.Errorf("%q became %q, want %q", query, got, want)
		}
	}
}

func FuzzPlusSpaces(f *testing.F) {
	f.Add("a+b")
	f.Add("++ +")
	f.Fuzz(func(t *testing.T, query string) {
		got := gopherframe.PlusSpaces(query)
		if len(got) != len(query) || gopherframe.PlusSpaces(got) != got {
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
	r.Handle("find", gopherframe.Search("Look for", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Infof("You asked for %q.", gopherframe.PlusSpaces(q.Query))
	}))
	fmt.Print(get(r.Respond, "find"), get(r.Respond, "find\tgophers+and+moles"))
	// Output:
	// 7Look for	find	localhost	70
	// .
	// iYou asked for "gophers and moles".		error.host	0
	// .
}
