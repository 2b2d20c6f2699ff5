package web_test

import (
	"io"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/listen/web"
)

// TestStreamedMenu: a menu that comes line by line is the page of one that comes at once.
func TestStreamedMenu(t *testing.T) {
	lines := []string{"iWelcome\t\t\t0", "i!no heading\t\t\t0", "i   /\\_/\\\t\t\t0", "i  ( o.o )\t\t\t0", "1a\ta\t\t0", "0b\tb\t\t0", "!heading\t\t\t0",
		"ia line\t\t\t0", "ianother\tTITLE\tnull.host\t1", "0c\tc\t\t0", "1d\td\t\t0"}
	page := func(parts ...string) string {
		h := web.Handler(answers(&gopherframe.Stream{Type: '1', Write: func(_ ctx, w io.Writer) error {
			for _, part := range parts {
				if _, err := io.WriteString(w, part); err != nil {
					return err
				}
			}
			return nil
		}}), web.Config{Log: quiet})
		_, page := get(t, h, "/7/x?q=moles")
		return page
	}
	for n := range len(lines) + 1 {
		whole := strings.Join(append(lines[:n:n], ""), "\r\n")
		want := page(whole)
		if n == len(lines) {
			has(t, want, ">\nWelcome\n!no heading\n   /\\_/\\\n  ( o.o )\n</pre>\n<ul class=\"menu\">\n", "</li>\n</ul>\n<h2>heading</h2>\n<pre class", "</pre>\n<h2>another</h2>\n<ul", "</ul>\n</main>")
		}
		if forms := strings.Count(want, "<form"); forms != 1 {
			t.Errorf("%d forms", forms)
		}
		for name, got := range map[string]string{"line by line": page(strings.SplitAfter(whole, "\n")...), "byte by byte": page(strings.Split(whole, "")...)} {
			if got != want {
				t.Fatalf("%s:\n%s\nat once:\n%s", name, got, want)
			}
		}
	}
	has(t, page("i!The title\t\t\t0\r\n", "i!no heading\t\t\t0\r\n"), "<h2>The title</h2>\n", ">\n!no heading\n</pre>")
}

// TestHeadings: the heading at the beginning is the title, and all others stay where they are.
func TestHeadings(t *testing.T) {
	h := web.Handler(func(q *gopherframe.Request) gopherframe.Response {
		m := gopherframe.NewMenu()
		if q.Selector == "titled" {
			m.Link('i', "The title", framing.TitleSelector)
		}
		return m.Info("Intro").Text("About", "a").Link('!', "Archive of 1993", "").Text("old", "o").Link('i', "Archive of 1994", framing.TitleSelector).Text("older", "p")
	}, web.Config{})
	for path, title := range map[string]string{"docs": "docs", "titled": "The title"} {
		_, page := get(t, h, "/1/"+path)
		has(t, page, "<h1>"+title+"</h1>", "</ul>\n<h2>Archive of 1993</h2>\n<ul", "</ul>\n<h2>Archive of 1994</h2>\n<ul")
		if strings.Contains(page, "<h2>The title") {
			t.Errorf("the title is there twice: %s", page)
		}
	}
}

// TestBigSmallMenu: a menu of few items that has many bytes is not held in memory as a page.
func TestBigSmallMenu(t *testing.T) {
	for name, it := range map[string]gopherframe.Item{
		"names":     {Type: '0', Name: strings.Repeat("<", 2000)},
		"selectors": {Type: '0', Name: "x", Selector: strings.Repeat("x", 2000)},
		"hosts":     {Type: '0', Name: "x", Host: strings.Repeat("x", 2000)},
	} {
		m := gopherframe.NewMenu()
		for range 500 {
			m.Add(it)
		}
		r := do(web.Handler(answers(m), web.Config{}), "GET", "/")
		if got := body(t, r); r.Header.Get("Content-Length") != "" || strings.Count(got, "<li class") != 500 {
			t.Errorf("%s: rendered before it was sent: %v", name, r.Header)
		}
	}
}
