package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed theme
var embedded embed.FS

// assets is the path of the files of a theme. Its first element is no type.
const assets = "/-theme/"

// Bounds of a theme, which is in memory as long as the site is served.
const (
	maxThemeFiles = 256
	maxThemeBytes = 16 << 20
)

// A Theme is how pages look. It is safe for concurrent use.
type Theme struct {
	title, description, lang string
	templates                *template.Template
	files                    map[string][]byte // what is served below assets, by path
	version                  string            // changes with the files
}

// ParseTheme reads a theme, and returns an error that names the file if one of them cannot be
// used: every template is tried. A theme may have
//
//   - theme.json, with "title", "description" and "lang" of the site;
//   - templates, NAME.html, for package html/template, which take the place of those of the
//     same name; docs/web.md says what they are and what they may use;
//   - style.css, and any other files, such as pictures and fonts, which are served beside it.
//
// What a theme does not have is as in the one of this package. Names that begin with a period
// are left out. fsys is not used after ParseTheme has returned.
func ParseTheme(fsys fs.FS) (*Theme, error) {
	base, err := fs.Sub(embedded, "theme")
	if err != nil {
		return nil, fmt.Errorf("web: theme: %w", err)
	}
	t := &Theme{lang: "en", templates: template.New("theme"), files: map[string][]byte{}}
	for _, from := range []fs.FS{base, fsys} {
		if from == nil {
			continue
		}
		if err := t.read(from); err != nil {
			return nil, fmt.Errorf("web: theme: %w", err)
		}
	}
	if err := t.try(); err != nil {
		return nil, fmt.Errorf("web: theme: %w", err)
	}
	hash := sha256.New()
	names := make([]string, 0, len(t.files))
	for name := range t.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(hash, "%q%q", name, t.files[name])
	}
	t.version = hex.EncodeToString(hash.Sum(nil)[:6])
	return t, nil
}

// builtIn is the theme of this package.
var builtIn = sync.OnceValue(func() *Theme {
	t, err := ParseTheme(nil)
	if err != nil {
		panic(err) // a test parses it
	}
	return t
})

// read adds the files of fsys, in the place of those that are there.
func (t *Theme) read(fsys fs.FS) error {
	size := 0
	return fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if size += len(content); size > maxThemeBytes || len(t.files) >= maxThemeFiles {
			return fmt.Errorf("has more than %d files, or than %d MiB", maxThemeFiles, maxThemeBytes>>20)
		}
		return t.add(name, content)
	})
}

// add adds a file.
func (t *Theme) add(name string, content []byte) error {
	switch {
	case name == "theme.json":
		return t.describe(content)
	case path.Ext(name) == ".html":
		if _, err := t.templates.New(name).Parse(string(content)); err != nil {
			return err // has the name in it
		}
	default:
		t.files[name] = content
	}
	return nil
}

// describe reads theme.json.
func (t *Theme) describe(content []byte) error {
	about := struct{ Title, Description, Lang *string }{&t.title, &t.description, &t.lang}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&about); err != nil {
		return fmt.Errorf("theme.json: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("theme.json: there is more behind the object")
	}
	return nil
}

// parts are the templates, in the order of a page that had all of them.
var parts = []string{"head.html", "menu.html", "search.html", "textbegin.html", "text.html", "textend.html", "media.html", "error.html", "foot.html"}

// try executes all templates, since some mistakes show only then.
func (t *Theme) try() error {
	for _, p := range samples() {
		for _, name := range parts {
			if err := t.templates.ExecuteTemplate(io.Discard, name, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole returns a page with the content that the template name makes.
func (t *Theme) whole(p *page, name string) ([]byte, error) {
	var out bytes.Buffer
	for _, part := range []string{"head.html", name, "foot.html"} {
		if err := t.templates.ExecuteTemplate(&out, part, p); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// assetName returns the name of the file of the theme that an escaped path leads to.
func assetName(escaped string) (name string, ok bool) {
	path, err := url.PathUnescape(escaped)
	name, ok = strings.CutPrefix(path, assets)
	return name, ok && err == nil
}

// asset answers with a file of the theme.
func (x *exchange) asset(name string) {
	content, ok := x.site.theme.files[name]
	if !ok {
		x.refuse(http.StatusNotFound, notFoundText)
		return
	}
	x.prepare(contentPolicy)
	h := x.Header()
	mime := byExtension(name)
	if mime == "" {
		mime = mimeBinary
	}
	h.Set("Content-Type", mime)
	h.Set("Etag", `"`+x.site.theme.version+`"`)
	if h.Set("Cache-Control", "no-cache"); x.r.URL.RawQuery == "v="+x.site.theme.version {
		h.Set("Cache-Control", "max-age=3600") // in seconds; another version has another path
	}
	http.ServeContent(x, x.r, "", time.Time{}, bytes.NewReader(content))
}
