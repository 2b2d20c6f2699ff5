package web_test

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen/web"
)

// screenshots has TestBrowser write the pictures of docs/web.md.
var screenshots = flag.String("screenshots", "", "directory for pictures of some pages, which TestBrowser makes")

// find returns the path of a program. Without it the test is skipped, or fails in CI.
func find(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") != "":
		t.Fatal(err)
	}
	t.Skip(err)
	return ""
}

// TestBrowser has a real browser open the site, by the script in browser/, which says what
// it looks at.
func TestBrowser(t *testing.T) {
	node, chromium := find(t, "node"), find(t, "chromium")
	const modules = "browser/node_modules"
	if _, err := os.Stat(modules); err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("%v: run npm ci in listen/web/browser", err)
		}
		t.Fatal(err)
	}
	addr, _ := start(t, &web.Listener{Public: "gopher.example:70"}, browserSite())
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "browser/browser.mjs")
	cmd.Env = append(os.Environ(), "SITE=http://"+addr, "CHROMIUM="+chromium)
	if *screenshots != "" {
		dir, err := filepath.Abs(*screenshots)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, "SCREENSHOTS="+dir)
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "all is well\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// evil is a script that would be noticed if it ran.
const evil = `<script>document.title = document.cookie; fetch("/1/stolen?q=" + document.cookie); alert(document.cookie)</script>`

const about = `About the burrow

The burrow is a small site. It is served over Gopher and over HTTP by one
program, and looks the same to both.

  * The web:   https://example.org/ (and nothing else).
  * Gopher:    gopher://gopher.example/1/docs
  * Mail:      mole@burrow.example

Each item of a menu becomes a link, and each text a page.

                                        -- The moles
`

const art = `!A menu with a picture

        _.-''''-._
      .'  o    o  '.         o   .  o
     /      __      \      .   o
    |    '.____.'    |          __________________________________
     \     |uu|     /    ______/                                  \____
  ____'.___|__|___.'____/          T H E   B U R R O W                 \__
 /                                                                        \

0How to dig	about.txt
1Where to dig	docs
IA picture	picture.png
hThe web	URL:https://example.org/
1A friend	/1	friend.example	70
`

func browserSite() gopherframe.Handler {
	var everyByte [256]byte
	for i := range everyByte {
		everyByte[i] = byte(i)
	}
	pixels := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		pixels.Set(i%16, i/16, color.RGBA{uint8(i), 120, 60, 255})
	}
	var picture bytes.Buffer
	png.Encode(&picture, pixels)
	site := fstest.MapFS{
		"gophermap": {Data: []byte("!The burrow\nWelcome! This is a small site, served over Gopher and HTTP.\n\n" +
			"1Documents\tdocs\n1A menu with a picture\tart\n0About this site\tabout.txt\n7Look for something\tfind\nIA picture\tpicture.png\nsA sound\tsound.ogg\n9Data\tdä \"ta.bin\n" +
			"hThe web\tURL:https://example.org/\n1A friend\t/1\tfriend.example\t70\n")},
		"docs/deeper/deepest/end.txt": {Data: []byte("The end.\n")},
		"art/gophermap":               {Data: []byte(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(art, "\tabout.txt", "\t/about.txt"), "\tdocs", "\t/docs"), "\tpicture", "\t/picture"))},
		"about.txt":                   {Data: []byte(about)},
		"wide.txt":                    {Data: []byte(strings.Repeat("wide ", 100) + "\n")},
		"picture.png":                 {Data: picture.Bytes()},
		"sound.ogg":                   {Data: []byte("OggS\x00")},
		"dä \"ta.bin":                 {Data: bytes.Repeat(everyByte[:], 400)},
		"evil.html":                   {Data: []byte("<!DOCTYPE html><title>evil</title><body onload=alert(5)>" + evil + `<img src=x onerror=alert(6)>`)},
		"evil.svg":                    {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(7)"><script>alert(document.cookie); fetch("/1/stolen")</script></svg>`)},
		"redirect.html":               {Data: []byte(`<meta http-equiv="refresh" content="0; url=/1/stolen"><p>Stay</p>`)},
		"styled/page.html":            {Data: []byte(`<!DOCTYPE html><title>styled</title><link rel=stylesheet href=page.css><p>Styled<img src=../picture.png alt="">`)},
		"styled/root.html":            {Data: []byte(`<!DOCTYPE html><title>styled</title><link rel=stylesheet href=/styled/page.css><p>Styled<img src=/picture.png alt="">`)},
		"styled/page.css":             {Data: []byte("p { color: rgb(1, 2, 3) }\n")},
		"x":                           {Data: picture.Bytes()},
		"hostile/<img src=x onerror=alert(1)>.txt": {Data: []byte("</pre><script>alert(2)</script>")},
	}
	r := gopherframe.NewRouter()
	r.Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Infof("You asked for: %s", q.Query).Text("Something like that", "about.txt").Menu("More of it", "docs")
	})
	r.Handle(`"><script>alert{n...}`, func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.NewMenu().Info(q.Selector)
	})
	r.Handle("mixed", func(*gopherframe.Request) gopherframe.Response {
		m := gopherframe.NewMenu()
		for _, typ := range "0123456789gIhsTd;+!x" {
			m.Link(gopherframe.ItemType(typ), "An item of type "+string(typ), "x")
		}
		return m.Link('!', "A second heading", "").Info("").Text(strings.Repeat("long", 40), "x").Text("", "y").Info(strings.Repeat("wide ", 40)).Text("after", "z")
	})
	odd := []string{"..", "../..", "a/../b", "a//b", "//evil.example/", "\\\\evil.example", "%2e%2e", "?q=x", "#x", " a ", "%", ".", "a/./b"}
	r.Handle("odd", func(*gopherframe.Request) gopherframe.Response {
		m := gopherframe.NewMenu()
		for _, selector := range odd {
			m.Binary("["+selector+"]", selector)
		}
		return m
	})
	r.Handle("hostile", func(*gopherframe.Request) gopherframe.Response {
		name := "<img src=x onerror=alert(1)>.txt"
		return gopherframe.NewMenu().Text(name, "hostile/"+name).Menu("selector", `"><script>alert(3)</script>`).
			URL("script one", "javascript:alert(8)").URL("script two", " javascript:alert(9)").URL("script three", "data:text/html,<script>alert(10)</script>").
			Add(gopherframe.Item{Type: '1', Name: "</a><script>alert(11)</script>", Selector: "x", Host: `"><script>alert(12)</script>`},
				gopherframe.Item{Type: '"', Name: "'\"><script>alert(13)</script>", Selector: "x"})
	})
	r.Mount("", files.Server(site))
	return func(q *gopherframe.Request) gopherframe.Response {
		if slices.Contains(odd, q.Selector) {
			return gopherframe.Binary(q.Selector)
		}
		return r.Respond(q)
	}
}
