package middleware_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
)

// TestOrder: Use(a, b) calls a(b(h)), and what With adds is inside of that.
func TestOrder(t *testing.T) {
	var calls []string
	note := func(name string) gopherframe.Middleware {
		return func(next gopherframe.Handler) gopherframe.Handler {
			return func(q *gopherframe.Request) gopherframe.Response {
				calls = append(calls, name)
				defer func() { calls = append(calls, "/"+name) }()
				return next(q)
			}
		}
	}
	a, b, c := note("a"), note("b"), note("c")
	h := func(*gopherframe.Request) gopherframe.Response {
		calls = append(calls, "h")
		return gopherframe.Text("")
	}
	r := gopherframe.NewRouter()
	r.Use(a, b)
	r.With(c).Handle("x", h)
	want := strings.Fields("a b c h /c /b /a")
	for name, handler := range map[string]gopherframe.Handler{"router": r.Respond, "by hand": a(b(c(h)))} {
		calls = nil
		handler(&gopherframe.Request{Selector: "x"})
		if diff := cmp.Diff(want, calls); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
