package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophertest"
	"gopherframe/middleware"
)

func TestUnescape(t *testing.T) {
	found := gopherframe.Response(gopherframe.Text("found"))
	first := gopherframe.NotFound("the first")
	for _, tt := range []struct {
		name     string
		selector string
		found    map[string]gopherframe.Response // by selector; all others are not found
		asked    []string
		want     gopherframe.Response
	}{
		{"plain", "a b", map[string]gopherframe.Response{"a b": found}, []string{"a b"}, found},
		{"not found", "a b", nil, []string{"a b"}, first},
		{"decoded", "a%20b", map[string]gopherframe.Response{"a b": found}, []string{"a%20b", "a b"}, found},
		{"as it was sent", "a%20b", map[string]gopherframe.Response{"a%20b": found}, []string{"a%20b"}, found},
		{"neither", "a%20b", nil, []string{"a%20b", "a b"}, first},
		{"slash", "a%2Fb%2fc", map[string]gopherframe.Response{"a/b/c": found}, []string{"a%2Fb%2fc", "a/b/c"}, found},
		{"UTF-8", "/gr%C3%BC%C3%9Fe", map[string]gopherframe.Response{"/grüße": found}, []string{"/gr%C3%BC%C3%9Fe", "/grüße"}, found},
		{"plus is plus", "a+b%20c", map[string]gopherframe.Response{"a+b c": found}, []string{"a+b%20c", "a+b c"}, found},
		{"only once", "a%2520b", map[string]gopherframe.Response{"a b": found}, []string{"a%2520b", "a%20b"}, first},
		{"no percent-encoding", "100%", nil, []string{"100%"}, first},
		{"CR", "a%0Db", map[string]gopherframe.Response{"a\rb": found}, []string{"a%0Db"}, first},
		{"LF", "a%0ab", map[string]gopherframe.Response{"a\nb": found}, []string{"a%0ab"}, first},
		{"TAB", "a%09b", map[string]gopherframe.Response{"a\tb": found}, []string{"a%09b"}, first},
		{"NUL", "a%00b", map[string]gopherframe.Response{"a\x00b": found}, []string{"a%00b"}, first},
		{"Pass, then", "a%20b", map[string]gopherframe.Response{"a b": gopherframe.Pass}, []string{"a%20b", "a b"}, first},
		{"nothing, then", "a%20b", map[string]gopherframe.Response{"a b": nil}, []string{"a%20b", "a b"}, first},
		{"Pass, first", "a%20b", map[string]gopherframe.Response{"a%20b": gopherframe.Pass}, []string{"a%20b"}, gopherframe.Pass},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			h := middleware.Unescape(func(q *gopherframe.Request) gopherframe.Response {
				asked = append(asked, q.Selector)
				if resp, ok := tt.found[q.Selector]; ok {
					return resp
				}
				if len(asked) > 1 {
					return gopherframe.NotFound("the second")
				}
				return first
			})
			q := &gopherframe.Request{Selector: tt.selector}
			if got := h(q); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if q.Selector != tt.selector {
				t.Errorf("the Request became %q", q.Selector)
			}
		})
	}
}

// TestUnescapeKeepsTheRest: the two requests differ only in their selectors.
func TestUnescapeKeepsTheRest(t *testing.T) {
	ctx := context.WithValue(t.Context(), spanKey{}, "mine")
	h := middleware.Unescape(func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector != "a b" {
			return gopherframe.Fail(errors.New("failed"))
		}
		return gopherframe.Text(fmt.Sprint(q.Query, q.Extra, q.Host, q.Remote, q.Context().Value(spanKey{})))
	})
	q := &gopherframe.Request{Selector: "a%20b", Query: "%20", Extra: []string{"%20", "+"}, Host: "h", Remote: netip.MustParseAddrPort("192.0.2.7:4711")}
	if got, want := h(q.WithContext(ctx)), gopherframe.Text("%20[%20 +]h192.0.2.7:4711mine"); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if err := gophertest.TestMiddleware(middleware.Unescape); err != nil {
		t.Error(err)
	}
	q = &gopherframe.Request{Selector: "100%25"}
	h = middleware.Unescape(answers(gopherframe.NewMenu()))
	if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestUnescapePassesGuards: however a selector is spelled, AllowNets of its route decides,
// though a file server that has the same file answers for selectors without a route.
func TestUnescapePassesGuards(t *testing.T) {
	site := fstest.MapFS{
		"sub/inner.txt":   {Data: []byte("inner")},
		"outer space.txt": {Data: []byte("outer")},
	}
	sub, err := site.Sub("sub")
	if err != nil {
		t.Fatal(err)
	}
	r := gopherframe.NewRouter()
	r.With(middleware.AllowNets(netip.MustParsePrefix("192.0.2.0/24"))).Mount("sub", files.Server(sub))
	r.Mount("", files.Server(site))
	h := middleware.Unescape(r.Respond)

	const inner, outer = "inner\r\n.\r\n", "outer\r\n.\r\n"
	for _, tt := range []struct{ selector, inside, outside string }{
		{"sub/inner.txt", inner, notFound},
		{"/sub/inner.txt", inner, notFound},
		{"%73ub/inner.txt", inner, notFound},
		{"sub%2Finner.txt", inner, notFound},
		{"%2Fsub/inner.txt", inner, notFound},
		{"/%73ub%2finner.txt", inner, notFound},
		{"//sub/inner.txt", badSelector, badSelector},
		{"sub//inner.txt", badSelector, notFound},
		{"%2F/sub/inner.txt", notFound, notFound},
		{"/%2Fsub/inner.txt", notFound, notFound},
		{"%2573ub/inner.txt", notFound, notFound},
		{"sub%252Finner.txt", notFound, notFound},
		{"./sub/inner.txt", badSelector, badSelector},
		{"x/../sub/inner.txt", badSelector, badSelector},
		{"%2E/sub/inner.txt", notFound, notFound},
		{"outer space.txt", outer, outer},
		{"/outer%20space.txt", outer, outer},
	} {
		for addr, want := range map[string]string{"192.0.2.7:4711": tt.inside, "198.51.100.7:4711": tt.outside} {
			if got := exchange(t, h, tt.selector+"\r\n", gopherframe.Info{Remote: netip.MustParseAddrPort(addr)}); got != want {
				t.Errorf("%q from %s: %q, want %q", tt.selector, addr, got, want)
			}
		}
	}
}

func FuzzUnescape(f *testing.F) {
	for _, selector := range []string{"secret", "/secret", "//secret", "%73ecret", "%2Fsecret", "%2f%2fsecret", "secret%2F..%2fsecret", "%00secret", "secre%74%0D"} {
		f.Add(selector)
	}
	site := files.Server(fstest.MapFS{"secret": {Data: []byte("SECRET")}, "public": {Data: []byte("public")}})
	r := gopherframe.NewRouter()
	r.With(middleware.AllowNets(netip.MustParsePrefix("192.0.2.0/24"))).Mount("secret", answers(gopherframe.Text("SECRET")))
	r.Mount("", site)
	h := middleware.Unescape(r.Respond)
	f.Fuzz(func(t *testing.T, selector string) {
		if got := exchange(t, h, selector+"\r\n", gopherframe.Info{}); strings.Contains(got, "SECRET") {
			t.Fatalf("%q: %q", selector, got)
		}
	})
}

func ExampleUnescape() {
	r := gopherframe.NewRouter()
	r.Handle("to read/{name}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("This is " + q.Param("name"))
	})
	h := middleware.Unescape(r.Respond)
	fmt.Println(h(&gopherframe.Request{Selector: "to read/a book"}))
	fmt.Println(h(&gopherframe.Request{Selector: "to%20read/a%20book"}))
	// Output:
	// This is a book
	// This is a book
}
