package middleware_test

import (
	"fmt"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestHTTPCourtesy(t *testing.T) {
	const none = "gopher\r\n.\r\n"
	h := middleware.HTTPCourtesy(answers(gopherframe.Text("gopher")))
	for _, tt := range []struct{ name, line, want string }{
		{"root", "GET / HTTP/1.1", "gopher://gopher.example:7070/1/"},
		{"path", "GET /docs/a HTTP/1.1", "gopher://gopher.example:7070/1/docs/a"},
		{"HTTP/1.0", "GET /a HTTP/1.0", "gopher://gopher.example:7070/1/a"},
		{"HTTP/9.9", "GET /a HTTP/9.9", "gopher://gopher.example:7070/1/a"},
		{"POST", "POST /a HTTP/1.1", "gopher://gopher.example:7070/1/a"},
		{"percent", "GET /name%20with%3F/%C3%BC%23 HTTP/1.1", "gopher://gopher.example:7070/1/name%20with%3F/%C3%BC%23"},
		{"not ASCII", "GET /ü HTTP/1.1", "gopher://gopher.example:7070/1/%C3%BC"},
		{"query", "GET /a?b=c HTTP/1.1", "gopher://gopher.example:7070/1/a"},
		{"proxy", "GET http://evil.example/a HTTP/1.1", "gopher://gopher.example:7070/1/a"},
		{"two slashes", "GET //evil.example/a HTTP/1.1", "gopher://gopher.example:7070/1//evil.example/a"},
		{"CONNECT", "CONNECT evil.example:443 HTTP/1.1", "gopher://gopher.example:7070/1"},
		{"OPTIONS", "OPTIONS * HTTP/1.1", "gopher://gopher.example:7070/1"},
		{"javascript", "GET javascript:alert(1) HTTP/1.1", "gopher://gopher.example:7070/1"},
		{"markup", `GET /"><script>alert('1')</script> HTTP/1.1`, "gopher://gopher.example:7070/1/%22%3E%3Cscript%3Ealert%28%271%27%29%3C/script%3E"},
		{"markup, encoded", `GET /%22%3E%3Cscript%3E HTTP/1.1`, "gopher://gopher.example:7070/1/%22%3E%3Cscript%3E"},
		{"a second line, encoded", "GET /a%0d%0aSet-Cookie:x HTTP/1.1", "gopher://gopher.example:7070/1"},
		{"NUL, encoded", "GET /%00 HTTP/1.1", "gopher://gopher.example:7070/1"},
		{"bad percent", "GET /%zz HTTP/1.1", "gopher://gopher.example:7070/1"},
		{"not UTF-8", "GET /\xff HTTP/1.1", "gopher://gopher.example:7070/1/%FF"},

		{"search", "find\thi HTTP/1.1", ""},
		{"search of a selector as of HTTP", "GET / HTTP/1.1\t", ""},
		{"empty", "", ""},
		{"no method", "/ HTTP/1.1", ""},
		{"only the version", " HTTP/1.1", ""},
		{"no target", "GET  HTTP/1.1", ""},
		{"two targets", "GET /a /b HTTP/1.1", ""},
		{"lower case", "get / HTTP/1.1", ""},
		{"unknown method", "DIG / HTTP/1.1", ""},
		{"no version", "GET /", ""},
		{"another version", "GET / HTTP/11", ""},
		{"letters for digits", "GET / HTTP/a.1", ""},
		{"signs next to digits", "GET / HTTP/1./", ""},
		{"long version", "GET / HTTP/1.10", ""},
		{"more behind it", "GET / HTTP/1.1 x", ""},
		{"slash before it", "/GET / HTTP/1.1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := exchange(t, h, tt.line+"\r\nHost: evil.example\r\n\r\n", gopherframe.Info{Host: "gopher.example", Port: 7070})
			if tt.want == "" {
				if got != none {
					t.Errorf("%q, want %q", got, none)
				}
				return
			}
			checkHTTP(t, got)
			if !strings.Contains(got, `<a href="`+tt.want+`">`+tt.want+`</a>`) {
				t.Errorf("%q, want %q in it", got, tt.want)
			}
		})
	}
}

// checkHTTP fails unless answer is a whole HTTP response with no other markup than that of
// the page.
func checkHTTP(t *testing.T, answer string) {
	t.Helper()
	head, page, _ := strings.Cut(answer, "\r\n\r\n")
	want := fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close", len(page))
	if head != want {
		t.Errorf("head %q, want %q", head, want)
	}
	innocent := string(middleware.HTTPCourtesy(nil)(&gopherframe.Request{Selector: "GET / HTTP/1.1"}).(gopherframe.Binary))
	if got, want := markup(page), markup(innocent); got != want {
		t.Errorf("markup %s, want %s in %q", got, want, page)
	}
}

func TestHTTPCourtesyHead(t *testing.T) {
	h := middleware.HTTPCourtesy(answers(gopherframe.Text("gopher")))
	get := exchange(t, h, "GET /a HTTP/1.1\r\n", gopherframe.Info{})
	head, page, _ := strings.Cut(get, "\r\n\r\n")
	if got := exchange(t, h, "HEAD /a HTTP/1.1\r\n", gopherframe.Info{}); got != head+"\r\n\r\n" || page == "" {
		t.Errorf("HEAD: %q, GET: %q", got, get)
	}
}

func TestHTTPCourtesyAddress(t *testing.T) {
	h := middleware.HTTPCourtesy(answers(gopherframe.Text("gopher")))
	for want, info := range map[string]gopherframe.Info{
		"gopher://localhost/1/a":                   {},
		"gopher://a.example/1/a":                   {Host: "a.example"},
		"gopher://[2001:db8::1]:7070/1/a":          {Host: "2001:db8::1", Port: 7070},
		"gophers://a.example:7443/1/a":             {Host: "a.example", Port: 7443, Transport: "tls"},
		"gopher://a&#34;&gt;&lt;script&gt;%20/1/a": {Host: "a\"><script>\n"},
	} {
		got := exchange(t, h, "GET /a HTTP/1.1\r\n", info)
		if !strings.Contains(got, `"`+want+`"`) {
			t.Errorf("%v: %q, want %q in it", info, got, want)
		}
	}
}

func TestHTTPCourtesyAllocations(t *testing.T) {
	h := middleware.HTTPCourtesy(answers(gopherframe.NewMenu()))
	for _, selector := range []string{"", "/about", "a rather long selector that is none of HTTP", "DIG / HTTP/1.1"} {
		q := &gopherframe.Request{Selector: selector}
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
			t.Errorf("%q: %v allocations", selector, n)
		}
	}
}

func FuzzHTTPCourtesy(f *testing.F) {
	f.Add("GET /x HTTP/1.1")
	f.Add(`POST http://a/"<>'&%22%0d%0a HTTP/0.9`)
	f.Add("OPTIONS * HTTP/2.0")
	h := middleware.HTTPCourtesy(answers(gopherframe.Text("gopher")))
	f.Fuzz(func(t *testing.T, line string) {
		resp := h(&gopherframe.Request{Selector: line, Host: "gopher.example", Port: 70})
		answer, ok := resp.(gopherframe.Binary)
		if !ok {
			return
		}
		if strings.HasPrefix(line, "HEAD ") {
			return // has no page: see TestHTTPCourtesyHead
		}
		checkHTTP(t, string(answer))
		if !strings.Contains(string(answer), `href="gopher://gopher.example/1`) {
			t.Errorf("%q leads elsewhere: %q", line, answer)
		}
	})
}

func ExampleHTTPCourtesy() {
	h := middleware.HTTPCourtesy(func(*gopherframe.Request) gopherframe.Response { return gopherframe.NotFound("") })
	answer := h(&gopherframe.Request{Selector: "GET /docs HTTP/1.1", Host: "gopher.example", Port: 70})
	fmt.Println(strings.ReplaceAll(fmt.Sprintf("%s", answer), "\r\n", "\n"))
	// Output:
	// HTTP/1.1 400 Bad Request
	// Content-Type: text/html; charset=utf-8
	// Content-Length: 268
	// Connection: close
	//
	// <!DOCTYPE html>
	// <html><head><meta charset="utf-8"><title>This is Gopher</title></head>
	// <body><p>This server speaks Gopher, not HTTP. A Gopher client finds the page at</p>
	// <p><a href="gopher://gopher.example/1/docs">gopher://gopher.example/1/docs</a></p></body></html>
}
