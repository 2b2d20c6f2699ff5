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
		"my bär.png", "png",
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
	for path, want := range map[string]string{"/-theme/style.css": "p{}", "/-theme/img/mole.png": "png", "/-theme/my%20b%C3%A4r.png": "png", "/%2Dtheme/style.css": "p{}"} {
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
		"theme.json: there is more":       themeFS("theme.json", `{"title": "x"} {`),
		"error calling slice":             themeFS("error.html", `{{if eq .Status 503}}{{slice .Text 50}}{{end}}`),
		"can't evaluate field Nope":       themeFS("menu.html", `{{range .Blocks}}{{range .Links}}{{if eq .Kind "sound"}}{{.Nope}}{{end}}{{end}}{{end}}`),
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

// TestUnguarded: a template may range over what a part of a menu does not have.
func TestUnguarded(t *testing.T) {
	theme, err := web.ParseTheme(themeFS("menu.html", `{{range .Blocks}}{{.Heading}}{{.Text}}{{range .Links}}[{{.Name}}]{{end}}{{end}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, page := get(t, web.Handler(answers(gopherframe.NewMenu().Info("line").Text("name", "a").Link('!', "heading", "")), web.Config{Theme: theme}), "/")
	has(t, page, "line\n", "[name]", "heading")
}

// TestFailingTheme: a theme that fails only for some pages gives errors, as text if it fails
// for their pages as well, and does not break connections.
func TestFailingTheme(t *testing.T) {
	many := gopherframe.NewMenu()
	for range 2000 {
		many.Info("x")
	}
	const fails = `{{if eq .Title "docs"}}{{index .Text 1000}}{{end}}`
	for file, plain := range map[string]bool{"head.html": true, "foot.html": true, "search.html": false, "textbegin.html": false, "media.html": false} {
		theme, err := web.ParseTheme(themeFS(file, fails))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for target, resp := range map[string]gopherframe.Response{
			"/1/docs": gopherframe.NewMenu().Info("x"), "/1/many/docs": many, "/0/docs": gopherframe.Text("x"), "/7/docs": nil,
			"/I/docs": gopherframe.Binary("x"), "/1/x/docs": gopherframe.NotFound(""), "/1/docs%00": nil,
		} {
			want := map[string]string{"/7/docs": "search.html", "/0/docs": "textbegin.html", "/I/docs": "media.html"}[target]
			if file == "foot.html" && (target == "/0/docs" || target == "/1/many/docs") || target == "/1/docs%00" {
				continue // it has begun; its title is another
			}
			r := do(web.Handler(answers(resp), web.Config{Theme: theme, Log: quiet}), "GET", target)
			got := body(t, r)
			switch {
			case target == "/1/x/docs":
				if r.StatusCode != 404 || (got == "Not found.\n") != plain {
					t.Errorf("%s, %s: %d %q", file, target, r.StatusCode, got)
				}
			case plain || want == file:
				if r.StatusCode != 500 || (got == "Internal server error.\n") != plain {
					t.Errorf("%s, %s: %d %q", file, target, r.StatusCode, got)
				}
			case r.StatusCode != 200:
				t.Errorf("%s, %s: %d %q", file, target, r.StatusCode, got)
			}
		}
	}
}
