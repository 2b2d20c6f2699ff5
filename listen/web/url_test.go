package web_test

import (
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/listen/web"
)

// hrefs finds the links of a list.
var hrefs = regexp.MustCompile(`<li class="[a-z]+" data-type="[^"]*"><i [^>]*></i><a href="([^"]*)">`)

// randomSelector returns a selector of all bytes that a request line can have, with many that
// mean something in paths.
func randomSelector(r *rand.Rand) string {
	odd := []string{"/", "//", ".", "..", "/../", "/./", "%", "%2F", "%2e", "?", "#", "&", "+", " ", "\\", ";", ":", "\xff", "é", "\"", "'", "<", "="}
	var b strings.Builder
	for range r.IntN(12) {
		if r.IntN(2) == 0 {
			b.WriteString(odd[r.IntN(len(odd))])
		} else if c := byte(r.IntN(256)); strings.IndexByte("\r\n\t\x00", c) < 0 {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// TestSelectors: a selector that is in a menu arrives byte for byte when a client follows
// the link as browsers do, without the elements "." and ".." of a path.
func TestSelectors(t *testing.T) {
	const menus, items = 20, 500
	random := rand.New(rand.NewPCG(1, 2))
	var listed []gopherframe.Item
	fixed := []string{"", "/", "//", ".", "..", "../..", "/..", "a/..", "a/../b", "./a", "a/.", "%2e%2e/x", "%", "%zz", "?q=x", "#x", "a//b", "-theme/style.css", "//evil.example/", "\\\\evil.example", "http://evil.example/", "robots.txt"}
	for i := range menus * items {
		it := gopherframe.Item{Type: '0', Name: "x"}
		if i < len(fixed) {
			it.Selector = fixed[i]
		} else {
			it.Selector = randomSelector(random)
		}
		if c := byte(random.IntN(256)); strings.IndexByte("i37h8T!sIg\r\n\t\x00.", c) < 0 { // those that have no link, or a page around them
			it.Type = gopherframe.ItemType(c)
		}
		listed = append(listed, it)
	}
	addr, _ := start(t, &web.Listener{}, func(q *gopherframe.Request) gopherframe.Response {
		var number int
		if n, _ := fmt.Sscanf(q.Selector, "the menu %d", &number); n == 1 {
			return gopherframe.NewMenu().Add(listed[number*items : (number+1)*items]...)
		}
		return &gopherframe.Stream{Type: '9', Write: func(_ ctx, w io.Writer) error {
			_, err := io.WriteString(w, q.Selector)
			return err
		}}
	})
	c := client(t, &http.Transport{MaxIdleConnsPerHost: 2})
	fetch := func(u *url.URL) string {
		r, err := c.Do(&http.Request{Method: "GET", URL: u})
		if err != nil {
			t.Fatal(err)
		}
		return body(t, r)
	}
	for number := range menus {
		base := &url.URL{Scheme: "http", Host: addr, Path: fmt.Sprintf("/1/the menu %d", number)}
		links := hrefs.FindAllStringSubmatch(fetch(base), -1)
		if len(links) != items {
			t.Fatalf("menu %d has %d links", number, len(links))
		}
		for i, found := range links {
			it := listed[number*items+i]
			link, err := base.Parse(html.UnescapeString(found[1]))
			if err != nil || link.Host != addr || link.Scheme != "http" {
				t.Errorf("%q leads to %v, %v", it.Selector, link, err)
				continue
			}
			if it.Selector == "" && it.Type == gopherframe.TypeMenu {
				continue // the root, which is no stream
			}
			if got := fetch(link); got != it.Selector {
				t.Errorf("%q arrives as %q by %v", it.Selector, got, link)
			}
		}
	}
}

// TestPaths: what a path means.
func TestPaths(t *testing.T) {
	h := web.Handler(func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Infof("%q %q %q", q.Selector, q.Query, q.Extra)
	}, web.Config{})
	for _, tt := range []struct{ target, want string }{
		{"/", `"" "" []`},
		{"/1/docs", `"docs" "" []`},
		{"/1//docs", `"/docs" "" []`},
		{"/1/%2Fdocs", `"/docs" "" []`},
		{"/0/about.txt", `"about.txt" "" []`},
		{"/0%2Fa%2f..%2Fb", `"a/../b" "" []`},
		{"/1", `"" "" []`},
		{"/1/", `"" "" []`},
		{"/7/find?q=a+b%26c", `"find" "a b&c" ["a b&c"]`},
		{"/7/find?q=", `"find" "" [""]`},
		{"/1/find?q=x%0d%0ay%09z%00", `"find" "x  y z " ["x  y z "]`},
		{"/0/%ff", `"\xff" "" []`},
		{"/%2F/x", `"x" "" []`},
		{"http://other.example/1/x", `"x" "" []`},
	} {
		status, page := get(t, h, tt.target)
		if status != 200 || !strings.Contains(page, html.EscapeString(tt.want)+"\n") {
			t.Errorf("%s: %d, no %s in\n%s", tt.target, status, tt.want, page)
		}
	}
	for target, want := range map[string]string{
		"/about.txt":             "/0/about.txt",
		"/docs/":                 "/1/docs/",
		"/pictures/a.png":        "/I/pictures/a.png?raw",
		"/sounds/a.ogg":          "/s/sounds/a.ogg?raw",
		"/style.css":             "/0/style.css?raw",
		"/style.css?q=x":         "/0/style.css?q=x&raw",
		"//evil.example/":        "/1/%2Fevil.example/",
		"/%2Fevil.example":       "/1/%2Fevil.example",
		"/%5Cevil.example":       "/1/%5Cevil.example",
		"/http://evil.example/":  "/1/http:/%2Fevil.example/",
		"/docs%0d?q=x":           "",
		"/find?q=a%0d%0aX:%20b":  "/1/find?q=a%20%20X%3A%20b",
		"/a%0d%0aSet-Cookie:%20": "",
		"/xy/..%2F..":            "/1/xy%2F..%2F..",
	} {
		r := do(h, "GET", target)
		if got := r.Header.Get("Location"); got != want || want != "" && r.StatusCode != 302 || want == "" && r.StatusCode != 400 {
			t.Errorf("%s: %d, leads to %q, want %q", target, r.StatusCode, got, want)
		}
	}
}

// TestPrefix: all links of an app that is a part of a site begin with its prefix.
func TestPrefix(t *testing.T) {
	app := func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Info(q.Selector).Text("a", "a").Search("s", "s")
	}
	mux := http.NewServeMux()
	mux.Handle("/gopher/", web.Handler(app, web.Config{Prefix: "/gopher"}))
	_, page := get(t, mux, "/gopher/1/x/y")
	for _, found := range regexp.MustCompile(`(?:href|action|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(found[1], "/gopher/") {
			t.Errorf("there is a link to %s", found[1])
		}
	}
	has(t, page, ">\nx/y\n<")
	if got := do(mux, "GET", "/gopher/a.txt").Header.Get("Location"); got != "/gopher/0/a.txt" {
		t.Errorf("leads to %q", got)
	}
	for _, target := range []string{"/gopher", "/gopherx/", "/"} {
		if status, _ := get(t, web.Handler(app, web.Config{Prefix: "/gopher"}), target); status != map[string]int{"/gopher": 200}[target] && status != 404 {
			t.Errorf("%s: %d", target, status)
		}
	}
}

// TestServeMux: selectors arrive byte for byte through an http.ServeMux, which cleans paths.
func TestServeMux(t *testing.T) {
	selectors := []string{"/docs", "a//b", "a/../b", "..", ".", "./a", "a/.", "/", "//", "///a", "a///b", "a/", "a//", "%2F", "//evil.example/", "http://evil.example/"}
	m := gopherframe.NewMenu()
	for _, selector := range selectors {
		m.Binary("x", selector)
	}
	mux := http.NewServeMux()
	mux.Handle("/", web.Handler(func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "" {
			return m
		}
		return gopherframe.Binary(q.Selector)
	}, web.Config{}))
	server := httptest.NewServer(mux)
	defer server.Close()
	fetch := func(path string) string {
		r, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		return body(t, r)
	}
	links := hrefs.FindAllStringSubmatch(fetch("/"), -1)
	if len(links) != len(selectors) {
		t.Fatalf("%d links", len(links))
	}
	for i, found := range links {
		if got := fetch(html.UnescapeString(found[1])); got != selectors[i] {
			t.Errorf("%s: %q arrives as %.40q", found[1], selectors[i], got)
		}
	}
}
