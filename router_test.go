package gopherframe_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
)

// says returns a handler that answers with text.
func says(text string) gopherframe.Handler {
	return func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text(text) }
}

// ask returns what r answers, "!" and the text in case of an error.
func ask(h gopherframe.Handler, selector string) string {
	switch resp := h(&gopherframe.Request{Selector: selector}).(type) {
	case gopherframe.Text:
		return string(resp)
	case *gopherframe.Error:
		return "!" + resp.Text
	default:
		return fmt.Sprintf("%T", resp)
	}
}

func TestRouterOrder(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Handle("", says("root"))
	r.Handle("hello/(?P<name>.+)", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("hello " + q.Param("name"))
	})
	r.Handle("hello/{name}/x", says("never"))
	r.Handle("about.txt", says("about"))
	r.Handle("a|ab", says("alternatives"))
	r.Handle("(?i)upper", says("upper"))
	r.Handle("{page}", says("page"))
	r.Handle("{rest...}", says("rest"))

	tests := []struct{ selector, want string }{
		{"", "root"},
		{"/", "root"},
		{"//", "rest"},
		{"hello/bob", "hello bob"},
		{"/hello/bob", "hello bob"},
		{"hello/bob/x", "hello bob/x"}, // the first registered wins, not the longest
		{"hello/", "rest"},
		{"about.txt", "about"},
		{"aboutXtxt", "page"},
		{"ab", "alternatives"},
		{"abc", "page"},
		{"UPPER", "upper"},
		{"hello%2Fbob", "page"}, // nothing is decoded
		{"about.txt ", "page"},  // nor trimmed
		{"x/../about.txt", "rest"},
	}
	for _, tt := range tests {
		if got := ask(r.Respond, tt.selector); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.selector, got, tt.want)
		}
	}
}

func TestParam(t *testing.T) {
	r := gopherframe.NewRouter()
	var q *gopherframe.Request
	keep := func(got *gopherframe.Request) gopherframe.Response {
		q = got
		return gopherframe.Text("")
	}
	r.Handle("{a}/{b}/{c}/{d}/{e}/{f}", keep)
	r.Handle("opt/(?P<x>x)?(y)?", keep)
	r.Respond(&gopherframe.Request{Selector: "1/2/3/4/5/6"})
	var got []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", ""} {
		got = append(got, q.Param(name))
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4", "5", "6", "", ""}, got); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if got := q.Pattern(); got != "{a}/{b}/{c}/{d}/{e}/{f}" {
		t.Errorf("Pattern() = %q", got)
	}
	r.Respond(&gopherframe.Request{Selector: "opt/y"})
	if got := q.Param("x"); got != "" {
		t.Errorf("a group that took no part is %q", got)
	}

	// A copy keeps its parameters when the original is used again.
	first := &gopherframe.Request{Selector: "opt/x"}
	r.Respond(first)
	copied := first.WithContext(t.Context())
	first.Selector = "nope"
	r.Respond(first)
	if got := copied.Param("x"); got != "x" {
		t.Errorf("the copy's parameter is %q", got)
	}
	if got := first.Pattern() + first.Param("x"); got != "" {
		t.Errorf("after no match there is %q", got)
	}
	if got := (&gopherframe.Request{}).Param("x"); got != "" {
		t.Errorf("without a match there is %q", got)
	}
}

// note returns a middleware that writes name round the text.
func note(name string) gopherframe.Middleware {
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			inner := ""
			switch resp := next(q).(type) {
			case gopherframe.Text:
				inner = string(resp)
			case *gopherframe.Error:
				inner = "!"
			}
			return gopherframe.Text(name + "(" + inner + ")")
		}
	}
}

func TestMiddlewareOrder(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Handle("first", says("h"))
	r.Use(note("a"), note("b"))
	r.With(note("w")).Handle("with", says("h"))
	r.Group(func(r *gopherframe.Router) {
		r.Handle("group", says("h"))
		r.Use(note("g"))
		r.With(note("w")).Handle("group/with", says("h"))
	})
	r.Route("sub", func(r *gopherframe.Router) {
		r.Use(note("s"))
		r.Handle("", says("h"))
		r.Handle("{x}", says("h"))
		r.Route("deep", func(r *gopherframe.Router) {
			r.Use(note("d"))
			r.Handle("{x}", says("h"))
			r.NotFound(says("lost"))
		})
		r.Mount("mount", says("m"))
	})
	r.Handle("last", says("h"))

	tests := []struct{ selector, want string }{
		{"first", "a(b(h))"},
		{"last", "a(b(h))"},
		{"with", "a(b(w(h)))"},
		{"group", "a(b(g(h)))"},
		{"group/with", "a(b(g(w(h))))"},
		{"sub", "a(b(s(h)))"},
		{"sub/x", "a(b(s(h)))"},
		{"sub/deep/x", "a(b(s(d(h))))"},
		{"sub/deep/x/y", "a(b(s(d(lost))))"},
		{"sub/mount/x/y", "a(b(s(m)))"},
		{"sub/x/y", "a(b(s(!)))"},
		{"nope", "a(b(!))"},
	}
	for _, tt := range tests {
		if got := ask(r.Respond, tt.selector); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.selector, got, tt.want)
		}
	}
}

func TestMiddlewareSeesTheMatch(t *testing.T) {
	r := gopherframe.NewRouter()
	var seen []string
	r.Use(func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			seen = append(seen, q.Pattern()+" "+q.Param("id")+" "+fmt.Sprint(gopherframe.ErrorOf(resp)))
			return resp
		}
	})
	r.Handle("post/{id}", says("x"))
	ask(r.Respond, "post/7")
	ask(r.Respond, "nope")
	if diff := cmp.Diff([]string{"post/{id} 7 <nil>", "  Not found."}, seen); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

func TestPass(t *testing.T) {
	passes := answersPass
	r := gopherframe.NewRouter()
	var ran []string
	r.Use(func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			ran = append(ran, q.Pattern()+" "+q.Param("x")+q.Param("y"))
			return resp
		}
	})
	r.Handle("about", passes)
	r.Handle("{x}", func(q *gopherframe.Request) gopherframe.Response {
		if q.Param("x") == "mine" {
			return gopherframe.Text("x")
		}
		return gopherframe.Pass
	})
	r.With(note("w")).Handle("(?P<y>a.*)", says("y"))
	r.Mount("m", passes)
	r.Route("n", func(r *gopherframe.Router) {
		r.NotFound(passes)
		r.Mount("", passes)
	})
	r.Handle("m/{x...}", says("below m"))
	tests := []struct{ selector, want, ran string }{
		{"mine", "x", "{x} mine"},
		{"about", "w(y)", "(?P<y>a.*) about"},
		{"alpha", "w(y)", "(?P<y>a.*) alpha"},
		{"other", "!Not found.", " "},
		{"m/1", "below m", "m/{x...} 1"},
		{"m", "!Not found.", " "},
		{"n/1", "!Not found.", " "},
	}
	for _, tt := range tests {
		ran = nil
		if got := ask(r.Respond, tt.selector); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.selector, got, tt.want)
		}
		// The middleware of the whole router sees one answer, and whose it is.
		if diff := cmp.Diff([]string{tt.ran}, ran); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.selector, diff)
		}
	}
	if got := exchange(t, passes, "x\n", info); got != "3Not found.\t\terror.host\t0\r\n.\r\n" {
		t.Errorf("without a Router: %q", got)
	}
}

func answersPass(*gopherframe.Request) gopherframe.Response { return gopherframe.Pass }

// TestPassInsideAnotherRouter: what another Router notes in the Request does not
// lead the first astray.
func TestPassInsideAnotherRouter(t *testing.T) {
	inner := gopherframe.NewRouter()
	inner.Handle("a", says("inner"))
	inner.Handle("b", says("inner b"))
	r := gopherframe.NewRouter()
	r.Handle("a|b", func(q *gopherframe.Request) gopherframe.Response {
		inner.Respond(q)
		return gopherframe.Pass
	})
	r.Handle("(a|b)(c)?", says("outer"))
	if got := ask(r.Respond, "b"); got != "outer" {
		t.Errorf("%q", got)
	}
}

func TestNotFound(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Route("u/{user}", func(r *gopherframe.Router) {
		r.NotFound(says("below a user"))
		r.Handle("x", says("x"))
	})
	r.NotFound(says("nowhere"))
	tests := []struct{ selector, want string }{
		{"u/ann/x", "x"},
		{"u/ann/y", "below a user"},
		{"/u/ann", "below a user"},
		{"u", "nowhere"},
		{"", "nowhere"},
	}
	for _, tt := range tests {
		if got := ask(r.Respond, tt.selector); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.selector, got, tt.want)
		}
	}
}

// TestNotFoundParameters: the parameters of a NotFound are those of its own prefix, not of
// a Route within that has neither a NotFound nor middleware.
func TestNotFoundParameters(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Route("u/{user}", func(r *gopherframe.Router) {
		r.NotFound(func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(fmt.Sprintf("%q %q", q.Param("user"), q.Param("year")))
		})
		r.Route("{year}", func(r *gopherframe.Router) { r.Handle("x", says("x")) })
	})
	if got, want := ask(r.Respond, "u/ann/2026/y"), `"ann" ""`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestNotFoundIsInherited: below a Route without a NotFound the nearest one answers,
// through the middleware of the Route and, once, that of the Routers around it.
func TestNotFoundIsInherited(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Use(note("r"))
	r.With(note("w")).NotFound(says("lost"))
	r.Route("a", func(r *gopherframe.Router) {
		r.Use(note("a"))
		r.Route("b", func(r *gopherframe.Router) { r.Use(note("b")) })
		r.Route("plain", func(r *gopherframe.Router) { r.Handle("x", says("x")) })
		r.Route("own", func(r *gopherframe.Router) {
			r.Use(note("o"))
			r.NotFound(says("own"))
			r.Route("deep", func(r *gopherframe.Router) { r.Use(note("d")) })
		})
	})
	r.Group(func(r *gopherframe.Router) {
		r.Use(note("g"))
		r.Route("in-group", func(r *gopherframe.Router) { r.Handle("x", says("x")) })
	})
	r.Route("bare", func(r *gopherframe.Router) { r.Handle("x", says("x")) })
	tests := []struct{ selector, want string }{
		{"x", "r(w(lost))"},
		{"bare/y", "r(w(lost))"},
		{"a", "r(a(w(lost)))"},
		{"a/x", "r(a(w(lost)))"},
		{"a/b/x", "r(a(b(w(lost))))"},
		{"a/plain/y", "r(a(w(lost)))"},
		{"a/own/y", "r(a(o(own)))"},
		{"a/own/deep/y", "r(a(o(d(own))))"},
		{"in-group/y", "r(g(w(lost)))"},
	}
	for _, tt := range tests {
		if got := ask(r.Respond, tt.selector); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.selector, got, tt.want)
		}
	}
}

// TestLongestPrefix: the NotFound with the longest prefix of the selector answers, however
// long its pattern is, with the parameters of the prefix and no pattern.
func TestLongestPrefix(t *testing.T) {
	see := func(name string) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(fmt.Sprintf("%s %q %q", name, q.Param("user"), q.Pattern()))
		}
	}
	r := gopherframe.NewRouter()
	r.Route("{user:[a-z]+|[0-9]+|[A-Z]+}", func(r *gopherframe.Router) { r.NotFound(see("user")) })
	r.Route("alice/priv", func(r *gopherframe.Router) { r.NotFound(see("priv")) })
	r.Route("pass", func(r *gopherframe.Router) { r.NotFound(answersPass) })
	for selector, want := range map[string]string{
		"alice/priv/x": `priv "" ""`, "alice/x": `user "alice" ""`, "pass/x": `user "pass" ""`, "-": "!Not found.",
	} {
		if got := ask(r.Respond, selector); got != want {
			t.Errorf("%q: %q, want %q", selector, got, want)
		}
	}
}

// TestPatternOfEachTry: Requests that a middleware asks one after the other in one
// exchange do not take over each other's patterns.
func TestPatternOfEachTry(t *testing.T) {
	inner := gopherframe.NewRouter()
	inner.Handle("{name...}", func(*gopherframe.Request) gopherframe.Response { return gopherframe.NotFound("") })
	r := gopherframe.NewRouter()
	var seen []string
	r.Use(func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(gopherframe.Sent) { seen = append(seen, q.Selector+": "+q.Pattern()) })
			return next(q)
		}
	})
	r.Handle("a b", says("x"))
	r.Mount("", inner.Respond)
	exchange(t, func(q *gopherframe.Request) gopherframe.Response {
		r.Respond(q)
		again := q.WithContext(q.Context())
		again.Selector = "a b"
		return r.Respond(again)
	}, "a%20b\n", info)
	if diff := cmp.Diff([]string{"a b: a b", "a%20b: {name...}"}, seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPatternOfMounted: outside of a Mount, the pattern is the whole one as soon as the
// Router within has found a route.
func TestPatternOfMounted(t *testing.T) {
	posts := gopherframe.NewRouter()
	posts.Handle("{year}/{slug}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(q.Pattern())
	})
	site := gopherframe.NewRouter()
	site.Mount("phlog/", posts.Respond)
	r := gopherframe.NewRouter()
	var seen []string
	r.Use(func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			before := q.Pattern()
			resp := next(q)
			seen = append(seen, before+" "+q.Pattern())
			return resp
		}
	})
	r.Mount("u/{user}", site.Respond)
	if got := exchange(t, r.Respond, "u/ann/phlog/2026/moles\n", info); got != lines("{year}/{slug}", ".") {
		t.Errorf("%q", got)
	}
	exchange(t, r.Respond, "u/ann/phlog/2026\n", info)
	if diff := cmp.Diff([]string{"u/{user} u/{user}/phlog/{year}/{slug}", "u/{user} u/{user}/phlog/"}, seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMount(t *testing.T) {
	see := func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(fmt.Sprintf("%q %q %q", q.Base(), q.Selector, q.Param("user")))
	}
	inner := gopherframe.NewRouter()
	inner.Mount("deep", see)
	inner.Handle("{x...}", see)
	inner.Handle("", see)

	r := gopherframe.NewRouter()
	r.Mount("files/", see)
	r.Mount("inner", inner.Respond)
	r.Mount("u/{user}", inner.Respond)
	r.Route("r", func(r *gopherframe.Router) { r.Mount("m", see) })

	tests := []struct{ selector, want string }{
		{"files", `"files/" "" ""`},
		{"files/", `"files/" "" ""`},
		{"files/a/b", `"files/" "a/b" ""`},
		{"/files/a", `"files/" "a" ""`},
		{"files//a", `"files/" "/a" ""`},
		{"filesystem", "!Not found."},
		{"inner/x", `"inner/" "x" ""`},
		{"inner/deep/x", `"inner/deep/" "x" ""`},
		{"inner", `"inner/" "" ""`},
		{"u/ann/deep/x", `"u/ann/deep/" "x" "ann"`},
		{"u/ann/x", `"u/ann/" "x" "ann"`},
		{"u/ann", `"u/ann/" "" "ann"`},
		{"r/m/x", `"r/m/" "x" ""`},
		{"r/m", `"r/m/" "" ""`},
	}
	for _, tt := range tests {
		if got := ask(r.Respond, tt.selector); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.selector, got, tt.want)
		}
	}

	all := gopherframe.NewRouter()
	all.Mount("", see)
	for selector, want := range map[string]string{"/a/b": `"" "a/b" ""`, "//a": `"" "//a" ""`} {
		if got := ask(all.Respond, selector); got != want {
			t.Errorf("%q, mounted at the top: %s, want %s", selector, got, want)
		}
	}
}

// TestMountIgnoresOneSlash: however deep a Router is mounted, a selector with more slashes
// than one does not reach its route, round the middleware of another.
func TestMountIgnoresOneSlash(t *testing.T) {
	inner := gopherframe.NewRouter()
	inner.Handle("secret", says("secret"))
	middle := gopherframe.NewRouter()
	middle.Mount("", inner.Respond)
	r := gopherframe.NewRouter()
	guard := func(gopherframe.Handler) gopherframe.Handler { return says("guarded") }
	for _, prefix := range []string{"a/", ""} {
		r.With(guard).Mount(prefix+"secret", inner.Respond)
		r.Mount(prefix, middle.Respond)
	}
	for selector, want := range map[string]string{
		"secret": "guarded", "/secret": "guarded", "//secret": "!Not found.", "///secret": "!Not found.",
		"a/secret": "guarded", "/a/secret": "guarded", "a//secret": "!Not found.", "/a//secret": "!Not found.", "a///secret": "!Not found.",
	} {
		if got := ask(r.Respond, selector); got != want {
			t.Errorf("%q: %q, want %q", selector, got, want)
		}
	}
}

// TestMountAfterARewrite: middleware may hand on another selector than it got.
func TestMountAfterARewrite(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Use(func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			c := *q
			c.Selector = strings.TrimSuffix(q.Selector, ".HTML")
			if c.Selector == "f/new" {
				return next(&gopherframe.Request{Selector: "f/other"})
			}
			return next(&c)
		}
	})
	r.Mount("f", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(q.Base() + " " + q.Selector + " " + q.Pattern())
	})
	for selector, want := range map[string]string{"f/A.HTML": "f/ A f", "f/A": "f/ A f", "f.HTML": "!Not found.", "f/new": "!Not found."} {
		if got := ask(r.Respond, selector); got != want {
			t.Errorf("%q: %q, want %q", selector, got, want)
		}
	}
}

// TestPanickingMiddleware: the first cause is not lost to later requests.
func TestPanickingMiddleware(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Use(func(gopherframe.Handler) gopherframe.Handler { panic("bad configuration") })
	for range 2 {
		if got := panics(func() { ask(r.Respond, "x") }); got != "bad configuration" {
			t.Errorf("panic %q", got)
		}
	}
}

func TestNeverNil(t *testing.T) {
	none := func(*gopherframe.Request) gopherframe.Response { return nil }
	r := gopherframe.NewRouter()
	r.Handle("none", none)
	r.NotFound(none)
	for _, selector := range []string{"none", "nope"} {
		resp := r.Respond(&gopherframe.Request{Selector: selector})
		if e, ok := resp.(*gopherframe.Error); !ok || e.Text != "Internal server error." {
			t.Errorf("%q: %v", selector, resp)
		}
	}
	var zero gopherframe.Router
	if got := ask(zero.Respond, "x"); got != "!Not found." {
		t.Errorf("the zero Router answers %q", got)
	}
	var usable gopherframe.Router
	usable.Handle("x", says("x"))
	if got := ask(usable.Respond, "x"); got != "x" {
		t.Errorf("the zero Router with a route answers %q", got)
	}
}

// here returns the line of its caller, as panics name it.
func here(offset int) string {
	_, _, line, _ := runtime.Caller(1)
	return fmt.Sprintf("router_test.go:%d", line+offset)
}

// panics returns what f panics with, "" if it does not.
func panics(f func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	f()
	return ""
}

func TestRefusals(t *testing.T) {
	var first string
	tests := []struct {
		name string
		do   func(r *gopherframe.Router)
		want string // with $1 and $2 for the lines of the two registrations
	}{
		{"duplicate literal", func(r *gopherframe.Router) {
			r.Handle("about.txt", says(""))
			first = here(-1)
			r.Handle("/about.txt", says(""))
		}, `gopherframe: $2: pattern "about.txt" repeats "about.txt" ($1); remove one of them`},
		{"the same route in two spellings", func(r *gopherframe.Router) {
			r.Handle("hello/(?P<name>.+)", says(""))
			first = here(-1)
			r.Handle("hello/{who...}", says(""))
		}, `gopherframe: $2: pattern "hello/{who...}" repeats "hello/(?P<name>.+)" ($1); remove one of them`},
		{"swallowed literal", func(r *gopherframe.Router) {
			r.Handle("{page}", says(""))
			first = here(-1)
			r.Handle("about.txt", says(""))
		}, `gopherframe: $2: pattern "about.txt" is never reached: "{page}" ($1) comes first; register it above`},
		{"swallowed by a mount", func(r *gopherframe.Router) {
			r.Mount("files/", says(""))
			first = here(-1)
			r.Handle("files/about.txt", says(""))
		}, `gopherframe: $2: pattern "files/about.txt" is never reached: "files/" ($1) comes first; register it above`},
		{"mounted twice", func(r *gopherframe.Router) {
			r.Mount("files/", says(""))
			first = here(-1)
			r.Mount("files", says(""))
		}, `gopherframe: $2: pattern "files" repeats "files/" ($1); remove one of them`},
		{"repeated group name", func(r *gopherframe.Router) {
			first = ""
			r.Handle("{a}/{a}", says(""))
		}, `gopherframe: $2: pattern "{a}/{a}" is refused: the group name "a" is used twice: rename one`},
		{"bad placeholder", func(r *gopherframe.Router) {
			first = ""
			r.Handle("a/{b", says(""))
		}, `gopherframe: $2: pattern "a/{b" is refused: bad placeholder "{b": write {name}, {name...} or {name:expression}, and the brace itself as [{] or [}]`},
		{"RE2 error", func(r *gopherframe.Router) {
			first = ""
			r.Handle("a(", says(""))
		}, "gopherframe: $2: pattern \"a(\" is refused: missing closing ): `a(`; text that is to match as it stands goes through regexp.QuoteMeta"},
		{"bad prefix", func(r *gopherframe.Router) {
			first = ""
			r.Route("a)", func(r *gopherframe.Router) { r.Handle("x", says("")) })
		}, "gopherframe: $2: pattern \"a)\" is refused: unexpected ): `a)`; text that is to match as it stands goes through regexp.QuoteMeta"},
		{"Route without a function", func(r *gopherframe.Router) {
			first = ""
			r.Route("z", nil)
		}, `gopherframe: $2: pattern "z" has no function that registers routes below it`},
		{"Group without a function", func(r *gopherframe.Router) {
			first = ""
			r.Group(nil)
		}, `gopherframe: $2: Group needs a function that registers routes`},
		{"nil handler", func(r *gopherframe.Router) {
			first = ""
			r.Handle("a", nil)
		}, `gopherframe: $2: pattern "a" has a nil handler`},
		{"nil middleware", func(r *gopherframe.Router) {
			first = ""
			r.Use(nil)
		}, `gopherframe: $2: a middleware is nil`},
		{"name taken", func(r *gopherframe.Router) {
			r.Handle("a", says("")).Named("x")
			first = here(-1)
			r.Handle("b", says("")).Named("x")
		}, `gopherframe: $2: pattern "b" cannot be named "x": "a" ($1) is; choose another name`},
		{"second NotFound", func(r *gopherframe.Router) {
			r.NotFound(says(""))
			first = here(-1)
			r.NotFound(says(""))
		}, `gopherframe: $2: pattern "" has a NotFound handler already ($1); remove one of them`},
		{"after the first answer", func(r *gopherframe.Router) {
			first = ""
			ask(r.Respond, "x")
			r.Handle("a", says(""))
		}, `gopherframe: $2: the Router has answered already; set it up before`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := gopherframe.NewRouter()
			got := panics(func() { tt.do(r) })
			// The second place is the only other line of this file in the text.
			_, rest, _ := strings.Cut(got, "gopherframe: ")
			second, _, _ := strings.Cut(rest, ": ")
			if !strings.HasPrefix(second, "router_test.go:") || second == first {
				t.Fatalf("no second line in %q", got)
			}
			want := strings.NewReplacer("$1", first, "$2", second).Replace(tt.want)
			if got != want {
				t.Errorf("panic is\n%q, want\n%q", got, want)
			}
		})
	}
}

// TestRefusalKeepsTheTable: a program that goes on after a refusal has the routes
// that were there.
func TestRefusalKeepsTheTable(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Handle("{page}", says("page"))
	if panics(func() { r.Handle("about", says("about")) }) == "" {
		t.Fatal("no refusal")
	}
	if got := ask(r.Respond, "about"); got != "page" {
		t.Errorf("about: %q", got)
	}
	if n := len(r.Routes()); n != 1 {
		t.Errorf("%d routes", n)
	}
}

func TestRegisteringOnTheOtherLineIsFine(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Handle("about.txt", says("about"))
	r.Handle("{page}", says("page"))
	r.Handle("{page...}", says("pages"))
	r.Handle("hello/{name}", says("never, but no literal"))
	if got := ask(r.Respond, "hello/x"); got != "pages" {
		t.Errorf("hello/x: %q", got)
	}
}

func TestRoutes(t *testing.T) {
	r := gopherframe.NewRouter()
	line := here(1)
	r.Handle("/about.txt", says("")).Named("about").As(gopherframe.TypeText, "About")
	r.Route("v1.0", func(r *gopherframe.Router) {
		r.Handle("{id}", says(""))
		r.Handle("(?P<x>a+)", says(""))
	})
	r.Mount("files/", says(""))
	got := r.Routes()
	if got[0].Source != line {
		t.Errorf("Source = %q, want %q", got[0].Source, line)
	}
	for i := range got {
		got[i].Source = ""
	}
	want := []gopherframe.RouteInfo{
		{Pattern: "about.txt", Kind: "literal", Name: "about", Type: '0', Title: "About"},
		{Pattern: "v1.0/{id}", Kind: "template"},
		{Pattern: "v1.0/(?P<x>a+)", Kind: "regexp"},
		{Pattern: "files/", Kind: "mount"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Routes (-want +got):\n%s", diff)
	}
}

func TestRouterString(t *testing.T) {
	r := gopherframe.NewRouter()
	first := here(1)
	r.Handle("", says("")).Named("home").As(gopherframe.TypeMenu, "Home")
	second := here(1)
	r.Handle("hello/{name}", says(""))
	want := "PATTERN         KIND      NAME  TYPE  TITLE  REGISTERED\n" +
		"\"\"              literal   home  1     Home   " + first + "\n" +
		"\"hello/{name}\"  template                     " + second + "\n"
	if diff := cmp.Diff(want, r.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSelector(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Route("blog", func(r *gopherframe.Router) {
		r.Handle("{year:[0-9]+}/{slug}", says("")).Named("post")
	})
	r.Handle("about", says("")).Named("about")
	r.Handle("{all...}", says("")).Named("all")
	tests := []struct {
		name  string
		pairs []string
		want  string
		err   string
	}{
		{"post", []string{"slug", "hello", "year", "2026"}, "blog/2026/hello", ""},
		{"about", nil, "about", ""},
		{"post", []string{"slug", "hello"}, "", `needs a value for "year"`},
		{"post", []string{"slug", "hello", "year"}, "", "3 strings do not make pairs"},
		{"post", []string{"slug", "a/b", "year", "1"}, "", "does not match"},
		{"post", []string{"slug", "a\tb", "year", "1"}, "", "cannot travel"},
		{"about", []string{"x", "y"}, "", `has no parameter "x"`},
		{"all", []string{"all", "/etc"}, "//etc", ""},
		{"nope", nil, "", `no route is named "nope"`},
	}
	for _, tt := range tests {
		got, err := r.Selector(tt.name, tt.pairs...)
		if err == nil {
			q := &gopherframe.Request{Selector: got}
			r.Respond(q)
			for i := 0; i < len(tt.pairs); i += 2 {
				if value := q.Param(tt.pairs[i]); value != tt.pairs[i+1] {
					t.Errorf("%q: %s=%q, want %q", got, tt.pairs[i], value, tt.pairs[i+1])
				}
			}
		}
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("Selector(%q, %q) = %q, %v; want %q, %q", tt.name, tt.pairs, got, err, tt.want, tt.err)
		}
	}
}

func TestCheckPattern(t *testing.T) {
	if err := gopherframe.CheckPattern("a/{b}"); err != nil {
		t.Error(err)
	}
	err := gopherframe.CheckPattern("a/{b")
	if err == nil || !strings.HasPrefix(err.Error(), `gopherframe: pattern "a/{b": bad placeholder`) {
		t.Errorf("error %v", err)
	}
}

func TestConcurrentRespond(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Handle("{a}/{b:[a-z]+|x}", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(q.Param("a") + q.Param("b"))
	})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			want := fmt.Sprintf("%dx", i)
			for range 200 {
				if got := ask(r.Respond, fmt.Sprintf("%d/x", i)); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
	group.Wait()
}

func TestRespondAllocates(t *testing.T) {
	answer := gopherframe.Response(gopherframe.Text("constant"))
	constant := func(*gopherframe.Request) gopherframe.Response { return answer }
	r := gopherframe.NewRouter()
	r.Use(pass, pass, pass)
	r.Handle("about.txt", constant)
	r.Handle("hello/{name}", constant)
	r.Handle("blog/{year}/{month}/{slug...}", constant)
	r.Handle("re/(?P<id>[0-9]+)(?P<rest>[a-z]*)", func(q *gopherframe.Request) gopherframe.Response {
		if q.Param("id") == "" {
			t.Error("no id")
		}
		return gopherframe.Text("literal")
	})
	for _, selector := range []string{"about.txt", "/about.txt", "hello/bob", "blog/2026/11/a/b", "re/12x"} {
		q := &gopherframe.Request{Selector: selector}
		if n := testing.AllocsPerRun(100, func() { r.Respond(q) }); n != 0 {
			t.Errorf("%q: %v allocations", selector, n)
		}
		if q.Pattern() == "" {
			t.Errorf("%q: no match", selector)
		}
	}
}

// TestUnmatchedAllocates: clients who guess selectors cost no memory, whatever answers them.
func TestUnmatchedAllocates(t *testing.T) {
	answer := gopherframe.Response(gopherframe.Text("constant"))
	constant := func(*gopherframe.Request) gopherframe.Response { return answer }
	passes := func(*gopherframe.Request) gopherframe.Response { return gopherframe.Pass }
	var missing gopherframe.Response = gopherframe.NotFound("")
	for _, tt := range []struct {
		name  string
		setup func(r *gopherframe.Router)
		want  gopherframe.Response
	}{
		{"no NotFound", func(*gopherframe.Router) {}, missing},
		{"a NotFound", func(r *gopherframe.Router) { r.NotFound(constant) }, answer},
		{"a NotFound that passes", func(r *gopherframe.Router) { r.NotFound(passes) }, missing},
		{"several of Routes", func(r *gopherframe.Router) {
			r.NotFound(constant)
			r.Route("hello/{name}", func(r *gopherframe.Router) { r.NotFound(passes) })
			r.Route("hello", func(r *gopherframe.Router) { r.Use(pass) })
			r.Route("elsewhere", func(r *gopherframe.Router) { r.NotFound(passes) })
		}, answer},
	} {
		r := gopherframe.NewRouter()
		r.Use(pass)
		r.Handle("about.txt", constant)
		r.Handle("hello/{name}", constant)
		r.Handle("re/(?P<a>.+)-(?P<b>.+)", constant)
		tt.setup(r)
		for _, selector := range []string{"nothing", "/nothing", "hello/", "hello/bob/x", "re/12"} {
			q := &gopherframe.Request{Selector: selector}
			if n := testing.AllocsPerRun(100, func() { r.Respond(q) }); n != 0 {
				t.Errorf("%s: %q: %v allocations", tt.name, selector, n)
			}
			if diff := cmp.Diff(tt.want, r.Respond(q)); diff != "" {
				t.Errorf("%s: %q: %s", tt.name, selector, diff)
			}
		}
	}
}

func pass(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response { return next(q) }
}
