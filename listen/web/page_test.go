package web_test

import (
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/listen/web"
)

// TestBreadcrumbs: the way to a page is its selector, if that is a path.
func TestBreadcrumbs(t *testing.T) {
	h := web.Handler(answers(gopherframe.Text("x")), web.Config{})
	for target, want := range map[string]string{
		"/0/a/b/c.txt":                     `<li><a href="/">Home</a></li><li><a href="/1/a">a</a></li><li><a href="/1/a/b">b</a></li><li><span aria-current="page">c.txt</span></li>`,
		"/0/c.txt":                         `<li><a href="/">Home</a></li><li><span aria-current="page">c.txt</span></li>`,
		"/0/URL:https://example.org/x/c.d": `<li><a href="/">Home</a></li><li><span aria-current="page">c.d</span></li>`,
	} {
		_, page := get(t, h, target)
		_, crumbs, _ := strings.Cut(page, "<ol>\n")
		crumbs, _, _ = strings.Cut(crumbs, "</ol>")
		if got := strings.ReplaceAll(crumbs, "\n", ""); got != want {
			t.Errorf("%s: %s", target, got)
		}
	}
}
