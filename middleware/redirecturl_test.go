package middleware_test

import (
	"fmt"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

const (
	notFound    = "3Not found.\t\terror.host\t0\r\n.\r\n"
	badSelector = "3Bad selector.\t\terror.host\t0\r\n.\r\n"
)

func TestRedirectURL(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Use(middleware.RedirectURL)
	r.Handle("{page}", answers(gopherframe.Text("page")))
	const page = "page\r\n.\r\n"
	long := strings.Repeat("a", 2000)
	for _, tt := range []struct{ name, line, want string }{
		{"http", "URL:http://a.example/", `href="http://a.example/"`},
		{"leading slash", "/URL:http://a.example/", `href="http://a.example/"`},
		{"upper case", "URL:HTTPS://A.example/", `href="https://A.example/"`},
		{"gopher", "URL:gopher://a.example/1/x", `href="gopher://a.example/1/x"`},
		{"gemini", "URL:gemini://a.example/", `href="gemini://a.example/"`},
		{"ftp", "URL:ftp://a.example/", `href="ftp://a.example/"`},
		{"mailto", "URL:mailto:me@a.example", `href="mailto:me@a.example"`},
		{"query", "URL:http://a.example/?a=b&c=d#e", `href="http://a.example/?a=b&amp;c=d#e"`},
		{"query that w3m cut off", "URL:http://a.example/x\ta=b", `href="http://a.example/x?a=b"`},
		{"not ASCII", "URL:http://a.example/ü", `href="http://a.example/%C3%BC"`},
		{"port", "URL:http://[2001:db8::1]:8080/", `href="http://[2001:db8::1]:8080/"`},
		{"long", "URL:http://a.example/" + long, `href="http://a.example/` + long + `"`},

		{"quotes", `URL:http://a.example/"onmouseover="alert(1)`, `href="http://a.example/%22onmouseover=%22alert%281%29"`},
		{"quotes in the query", `URL:http://a.example/?"'><script>alert(1)</script>`, `?&#34;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"`},
		{"quotes in the host", `URL:http://a"><script>alert(1)</script>`, `http://a&#34;&gt;&lt;script&gt;alert(1)&lt;/script%3E"`},
		{"quotes behind the TAB", "URL:http://a.example/\t\"><script>", `http://a.example/?&#34;&gt;&lt;script&gt;"`},
		{"script", "URL:<script>alert(1)</script>", notFound},
		{"javascript", "URL:javascript:alert(1)", notFound},
		{"javascript with a host", "URL:javascript://a.example/%0aalert(1)", notFound},
		{"javascript in upper case", "URL:JavaScript:alert(1)", notFound},
		{"javascript behind a space", "URL: javascript:alert(1)", notFound},
		{"javascript behind NUL", "URL:java\x00script:alert(1)", notFound},
		{"data", "URL:data:text/html,<script>alert(1)</script>", notFound},
		{"file", "URL:file:///etc/passwd", notFound},
		{"vbscript", "URL:vbscript:x", notFound},
		{"no scheme", "URL:a.example", notFound},
		{"no scheme, but a host", "URL://a.example/", notFound},
		{"no host", "URL:http:alert(1)", notFound},
		{"a port only", "URL:http://:80/", notFound},
		{"nothing", "URL:", notFound},
		{"escape", "URL:http://a.example/\x1b[2J", notFound},
		{"C1 control", "URL:http://a.example/\u009b2J", notFound},
		{"not UTF-8", "URL:http://a.example/\xff", notFound},
		{"bad percent", "URL:http://a.example/%zz", notFound},
		{"TAB in it", "URL:java\tscript:alert(1)", notFound},

		{"another page", "about", page},
		{"lower case", "url:http:", page},
		{"not at the beginning", "xURL:http:", page},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := exchange(t, r.Respond, tt.line+"\r\n", gopherframe.Info{})
			if !strings.Contains(got, tt.want) || (tt.want == notFound || tt.want == page) && got != tt.want {
				t.Errorf("%q, want %q in it", got, tt.want)
			}
			checkHTML(t, got)
		})
	}
	// No request line has CR, LF or NUL in it, but a Request that no listener made may.
	h := middleware.RedirectURL(answers(gopherframe.Text("")))
	for _, selector := range []string{"URL:http://a\r\nb", "URL:http://a/\r", "URL:java\nscript:x", "URL:http://a/\x00"} {
		if gopherframe.ErrorOf(h(&gopherframe.Request{Selector: selector})) == nil {
			t.Errorf("%q got a page", selector)
		}
	}
}

// checkHTML fails if page, unless it is no HTML, has other markup than the page for a
// harmless URL.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	if !strings.HasPrefix(page, "<!DOCTYPE html>") {
		return
	}
	innocent := middleware.RedirectURL(nil)(&gopherframe.Request{Selector: "URL:http://a/"})
	if got, want := markup(page), markup(string(innocent.(gopherframe.Binary))); got != want {
		t.Errorf("markup %s, want %s in %q", got, want, page)
	}
}

// markup returns the characters of page that HTML gives a meaning, in their order.
func markup(page string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>\"'", r) {
			return r
		}
		return -1
	}, page)
}

func TestRedirectURLAllocations(t *testing.T) {
	h := middleware.RedirectURL(answers(gopherframe.NewMenu()))
	q := &gopherframe.Request{Selector: "/about"}
	if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzRedirectURL(f *testing.F) {
	for _, target := range []string{"http://a/", `https://"<>'&`, "javascript:x", "mailto:a?b", "HTTP://a/\x00"} {
		f.Add(target, "")
		f.Add(target, `"><x>`)
	}
	h := middleware.RedirectURL(nil)
	f.Fuzz(func(t *testing.T, target, query string) {
		resp := h(&gopherframe.Request{Selector: "URL:" + target, Query: query})
		if gopherframe.ErrorOf(resp) != nil {
			return
		}
		page := string(resp.(gopherframe.Binary))
		checkHTML(t, page)
		_, link, _ := strings.Cut(page, `href="`)
		scheme, _, _ := strings.Cut(link, ":")
		switch scheme {
		case "http", "https", "gopher", "gemini", "mailto", "ftp":
		default:
			t.Errorf("%q leads to %q", target, scheme)
		}
	})
}

func ExampleRedirectURL() {
	r := gopherframe.NewRouter()
	r.Use(middleware.RedirectURL)
	r.Handle("", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().URL("The web", "https://example.org/?a=b&c=d")
	})
	fmt.Printf("%s", r.Respond(&gopherframe.Request{Selector: "URL:https://example.org/?a=b&c=d"}))
	fmt.Println(r.Respond(&gopherframe.Request{Selector: "URL:javascript:alert(1)"}))
	// Output:
	// <!DOCTYPE html>
	// <html><head><meta charset="utf-8"><title>Out of Gopher</title>
	// <meta name="referrer" content="no-referrer">
	// <meta http-equiv="refresh" content="5; url=https://example.org/?a=b&amp;c=d"></head>
	// <body><p>This link leads out of Gopher, to</p>
	// <p><a href="https://example.org/?a=b&amp;c=d">https://example.org/?a=b&amp;c=d</a></p></body></html>
	// nobody is led to "javascript:alert(1)"
}
