package web

import (
	"net/url"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/internal/framing"
)

// FuzzPath: the path of any place leads back to it, also when a browser has cleaned it, and
// never to another host; and no path from outside does harm.
func FuzzPath(f *testing.F) {
	f.Add(byte('0'), "a/../b//c", "/0/a")
	f.Add(byte('/'), "/evil.example/", "//evil.example/%2e%2e")
	f.Add(byte('.'), "..", "/%")
	f.Add(byte(255), "\xff?#%\\", "/%2F%2F..")
	f.Fuzz(func(t *testing.T, typ byte, selector, path string) {
		p := place{gopherframe.ItemType(wireType(gopherframe.ItemType(typ))), framing.Field(selector)}
		base := &url.URL{Scheme: "http", Host: "site.example", Path: "/1/x/y/z"}
		link, err := base.Parse(p.path())
		if err != nil || link.Host != base.Host || link.Scheme != "http" || link.RawQuery != "" || link.Fragment != "" {
			t.Fatalf("%+v has the path %q, which is %v, %v", p, p.path(), link, err)
		}
		for _, escaped := range []string{p.path(), link.EscapedPath()} {
			if again, typed, err := parsePath(escaped); again != p || !typed || err != nil {
				t.Errorf("%+v has the path %q, which leads to %+v, %v, %v", p, escaped, again, typed, err)
			}
		}
		if from, _, err := parsePath(path); err == nil && !strings.ContainsAny(from.selector, framing.Forbidden) {
			to := from.path()
			if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t \"'<>?#") {
				t.Errorf("%q redirects to %q", path, to)
			}
		}
	})
}
