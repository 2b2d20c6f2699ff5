package web_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"gopherframe"
	"gopherframe/listen/web"
)

func themeFS(files ...string) fs.FS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

// TestTheme: what a theme has takes the place of ours, and what it does not have stays.
func TestTheme(t *testing.T) {
	theme, err := web.ParseTheme(themeFS(
		"theme.json", `{"title": "The <burrow>", "description": "Moles & more", "lang": "de"}`,
		"foot.html", `</main>{{template "mine.html" .}}</body></html>`,
		"mine.html", `<footer>{{.Title}} of mine</footer>`,
		"style.css", "p{}",
		"img/mole.png", "png",
		".git/config", "secret",
		".htpasswd", "secret",
	))
	if err != nil {
		t.Fatal(err)
	}
	h := web.Handler(answers(gopherframe.NewMenu().Text("a", "a")), web.Config{Theme: theme})
	_, page := get(t, h, "/")
	has(t, page, `<html lang="de">`, "<title>The &lt;burrow&gt;</title>", `<meta name="description" content="Moles &amp; more">`, "<p>Moles &amp; more</p>",
		"<footer>The &lt;burrow&gt; of mine</footer>", `<a href="/0/a">`)
	_, page = get(t, h, "/1/docs")
	has(t, page, "<title>docs – The &lt;burrow&gt;</title>")
	for path, want := range map[string]string{"/-theme/style.css": "p{}", "/-theme/img/mole.png": "png"} {
		r := do(h, "GET", path)
		if got := body(t, r); got != want || r.StatusCode != 200 || r.Header.Get("Etag") == "" {
			t.Errorf("%s: %d, %q, %v", path, r.StatusCode, got, r.Header)
		}
		if again := do(h, "GET", path, "If-None-Match", r.Header.Get("Etag")); again.StatusCode != 304 {
			t.Errorf("%s: %d", path, again.StatusCode)
		}
	}
	for _, path := range []string{"/-theme/.git/config", "/-theme/.htpasswd", "/-theme/theme.json", "/-theme/foot.html", "/-theme/", "/-theme/none"} {
		if status, page := get(t, h, path); status != 404 || strings.Contains(page, "secret") {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// TestBadThemes: a theme that cannot be used is refused, and the error names the file.
func TestBadThemes(t *testing.T) {
	for want, fsys := range map[string]fs.FS{
		"menu.html:1: unclosed action":    themeFS("menu.html", "{{"),
		"can't evaluate field Titel":      themeFS("head.html", "{{.Titel}}"),
		`no such template "none.html"`:    themeFS("foot.html", `{{template "none.html"}}`),
		"ends in a non-text context":      themeFS("head.html", `<a href="{{.Title}}`),
		"theme.json: json: unknown field": themeFS("theme.json", `{"titel": "x"}`),
		"theme.json: invalid character":   themeFS("theme.json", `title`),
		"executing \"error.html\"":        themeFS("error.html", `{{slice .Text 100 200}}`),
		"has more than 256 files":         manyFiles(),
		"open none: file does not exist":  brokenFS{},
	} {
		if _, err := web.ParseTheme(fsys); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "web: theme: ") {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func manyFiles() fs.FS {
	fsys := fstest.MapFS{}
	for i := range 300 {
		fsys["f"+strings.Repeat("x", i)] = &fstest.MapFile{}
	}
	return fsys
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: "none", Err: fs.ErrNotExist}
}
