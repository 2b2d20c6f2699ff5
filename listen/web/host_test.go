package web_test

import (
	"net/http/httptest"
	"testing"

	"gopherframe"
	"gopherframe/listen/web"
)

// TestHostHeader: the name that the client asked for is that in Host, and a page of a virtual
// host names that host, at the port of Public, and links to pages of its own.
func TestHostHeader(t *testing.T) {
	menu := answers(gopherframe.NewMenu().Text("here", "x").Add(
		gopherframe.Item{Type: '1', Name: "same", Selector: "y", Host: "b.example", Port: 7070},
		gopherframe.Item{Type: '1', Name: "other", Host: "a.example", Port: -1}))
	h := web.Handler(gopherframe.Hosts(map[string]gopherframe.Handler{"b.example": menu, "": answers(gopherframe.NewMenu().Info("the default"))}),
		web.Config{Public: "gopher.example:7070", Log: quiet})
	for target, want := range map[string][]string{
		"http://B.example/":       {`href="/0/x"`, `href="/1/y"`, `href="gopher://a.example:7070/"`, `href="gopher://b.example:7070/"`},
		"http://b.example:8080/":  {`href="/0/x"`},
		"http://b.example.:8080/": {`href="/0/x"`},
		"http://c.example/":       {"the default", `href="gopher://gopher.example:7070/"`},
		"http://[::1]:80/":        {"the default"},
		"http://[::1]/":           {"the default"},
		"http://192.0.2.1/":       {"the default"},
	} {
		r := httptest.NewRequest("GET", target, nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		has(t, w.Body.String(), want...)
	}
	names := web.Handler(func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Text("<" + q.ServerName + ">") }, web.Config{Log: quiet})
	for host, want := range map[string]string{"a.example": "a.example", "192.0.2.1": "asked.example", "": "asked.example"} {
		r := httptest.NewRequest("GET", "https://asked.example/0/x?raw", nil) // its TLS has this ServerName
		r.Host = host
		w := httptest.NewRecorder()
		names.ServeHTTP(w, r)
		if got := w.Body.String(); got != "<"+want+">" {
			t.Errorf("over TLS for asked.example, Host %q: %s", host, got)
		}
	}
}

// TestVirtualHosts: the name that the client asked for is in the address of the page.
func TestVirtualHosts(t *testing.T) {
	h := gopherframe.Hosts(map[string]gopherframe.Handler{"": answers(gopherframe.NewMenu().Text("here", "x").Add(
		gopherframe.Item{Type: '1', Name: "same", Selector: "y", Host: "GOPHER.example", Port: 70},
		gopherframe.Item{Type: '1', Name: "port", Selector: "z", Port: 71}))})
	_, page := get(t, web.Handler(h, web.Config{Public: "gopher.example:70"}), "/")
	has(t, page, `href="/0/x"`, `href="/1/y"`, `href="gopher://gopher.example:71/1z"`, `href="gopher://gopher.example/"`)
}
