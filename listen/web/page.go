package web

import (
	"bufio"
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"html/template"

	"gopherframe"
	"gopherframe/internal/framing"
)

const (
	// pagePolicy lets a page have the style, the pictures and the sounds of this site, and
	// nothing inline.
	pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	// contentPolicy is for what is not made here, such as HTML and SVG files: in a sandbox
	// they run no script, lead nobody away, and belong to no origin whose pages they could
	// read.
	contentPolicy = "sandbox; default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; " +
		"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

// A page is what the templates show.
type page struct {
	Site        string // the name of the site
	Description string // of the site; may be ""
	Lang        string // of the site: "en"
	Root        string // the path of the root menu
	Assets      string // the path of the files of the theme, with a slash at its end
	Version     string // of the files of the theme
	Title       string
	IsRoot      bool
	Crumbs      []crumb      // the way from the root to the page, which is the last one
	Gopher      template.URL // the gopher:// address of the page, "" if it has none
	GopherText  string       // the same, to be read
	Feed        string       // the path of the feed of the page, "" if it has none
	Plain       string       // the path of the content without a page around it, "" if it has none
	Search      *search      // the form of the page, nil if it has none

	Blocks any    // of a menu: an iter.Seq[block]
	Pieces any    // of a text: an iter.Seq[piece]
	Text   string // of an error
	Status int    // of an error
	Sound  bool   // the content is a sound, and not a picture
}

// A crumb is an element of the way to a page.
type crumb struct{ Name, Href string }

// A search is a form that asks for words.
type search struct {
	Action string // the path
	Label  string
	Query  string // what was asked last
}

// maxCrumbs is how many elements of a selector are shown as the way to its page.
const maxCrumbs = 16

// newPage returns the page of the exchange. A title of "" is the last element of the
// selector.
func (x *exchange) newPage(title string) *page {
	t := x.site.theme
	p := &page{
		Site: t.title, Description: t.description, Lang: t.lang, Version: t.version,
		Root: x.site.Prefix + "/", Assets: x.site.Prefix + assets,
		IsRoot: x.selector == "" && !x.asked,
	}
	p.Site = cmp.Or(p.Site, x.host, "Gopher")
	if strings.TrimSpace(title) == "" {
		if title = lastElement(x.selector); strings.TrimSpace(title) == "" {
			title = p.Site
		}
	}
	p.Title = shown(title)
	if !p.IsRoot {
		p.Crumbs = x.crumbs(p.Title)
	}
	if s := x.site; s.Public != "" {
		href := gopherURL(x.host, s.port, x.place, x.query)
		p.Gopher, p.GopherText = template.URL(href), href
	}
	return p
}

// crumbs reads the selector as a path: caps.txt says that "/" divides selectors. A URL is none.
func (x *exchange) crumbs(title string) []crumb {
	list := []crumb{{"Home", x.site.Prefix + "/"}}
	at, isURL := 0, strings.HasPrefix(x.selector, framing.URLPrefix)
	for !isURL && len(list) < maxCrumbs {
		i := strings.IndexByte(x.selector[at:], '/')
		if i < 0 || at+i == len(x.selector)-1 {
			break
		}
		if name := x.selector[at : at+i]; strings.TrimSpace(name) != "" {
			up := place{gopherframe.TypeMenu, x.selector[:at+i]}
			list = append(list, crumb{shown(name), x.site.Prefix + up.path()})
		}
		at += i + 1
	}
	return append(list, crumb{Name: title})
}

// searchPage asks for words. The app is not asked: a search without words is none.
func (x *exchange) searchPage() {
	x.logNoRequest("a search without words")
	p := x.newPage("")
	p.Search = &search{Action: x.site.Prefix + x.path(), Label: "Search"}
	html, err := x.site.theme.whole(p, "search.html")
	if err != nil {
		x.log(err)
		x.refuse(http.StatusInternalServerError, gopherframe.Fail(err).Text)
		return
	}
	x.prepare(pagePolicy)
	x.send(x, http.StatusOK, html)
}

// refuse answers with an error of HTTP, without asking the app.
func (x *exchange) refuse(status int, text string) {
	x.logNoRequest(text)
	if err := x.errorPage(x, status, text); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// errorPage writes a page with the text of an error.
func (x *exchange) errorPage(w io.Writer, status int, text string) error {
	policy := pagePolicy
	if x.raw {
		policy = contentPolicy
	}
	if err := x.prepare(policy); err != nil {
		return err
	}
	if status == http.StatusServiceUnavailable {
		x.Header().Set("Retry-After", "5") // seconds
	}
	if x.raw {
		return x.plainError(w, status, text)
	}
	p := x.newPage("")
	p.Status, p.Text = status, shown(text)
	html, err := x.site.theme.whole(p, "error.html")
	if err != nil {
		x.log(err)
		return x.plainError(w, status, text)
	}
	return x.send(w, status, html)
}

// log logs that a theme fails, which may be one of the user.
func (x *exchange) log(err error) {
	cmp.Or(x.site.Log, slog.Default()).Error("gopherframe: a page cannot be made", "error", err.Error())
}

// plainError is for programs, and for parts of a page.
func (x *exchange) plainError(w io.Writer, status int, text string) error {
	text = shown(text)
	x.Header().Set("Content-Type", mimePlain)
	x.setLength(int64(len(text) + 1))
	x.writeHeader(status)
	if x.isHead() {
		return nil
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}

// whole writes a page of known length.
func (x *exchange) whole(w io.Writer, status int, p *page, name string) error {
	html, err := x.site.theme.whole(p, name)
	if err != nil {
		return err
	}
	return x.send(w, status, html)
}

// send writes a page that is rendered.
func (x *exchange) send(w io.Writer, status int, html []byte) error {
	x.Header().Set("Content-Type", mimeHTML)
	x.setLength(int64(len(html)))
	x.writeHeader(status)
	if x.isHead() {
		return nil
	}
	_, err := w.Write(html)
	return err
}

// media answers with a page that shows a picture or plays a sound.
func (a *reply) media() error {
	p := a.newPage("")
	p.Sound = a.typ == gopherframe.TypeSound
	p.Plain = a.with("raw")
	return a.whole(a.w, http.StatusOK, p, "media.html")
}

// A pageWriter writes a page of unknown length. The header waits for what is sent first, because
// the content may fail before, and a page that fits the buffer has a length after all.
type pageWriter struct {
	*reply
	out    *bufio.Writer
	page   *page
	opened bool
}

func (a *reply) newPageWriter(p *page) *pageWriter {
	w := &pageWriter{reply: a, page: p}
	w.out = bufio.NewWriterSize(w, 16<<10)
	return w
}

// Write sends a part of the page.
func (w *pageWriter) Write(p []byte) (int, error) {
	if !w.began {
		w.Header().Set("Content-Type", mimeHTML)
		w.writeHeader(http.StatusOK)
	}
	return w.w.Write(p)
}

// begin writes the beginning of the page, with the template that opens its content.
func (w *pageWriter) begin(opening string) error {
	if w.opened {
		return nil
	}
	w.opened = true
	if err := w.execute("head.html"); err != nil || opening == "" {
		return err
	}
	return w.execute(opening)
}

// execute writes a part of the page.
func (w *pageWriter) execute(name string) error {
	return w.site.theme.templates.ExecuteTemplate(w.out, name, w.page)
}

// end writes the end of the page.
func (w *pageWriter) end(closing string) error {
	if closing != "" {
		if err := w.execute(closing); err != nil {
			return err
		}
	}
	if err := w.execute("foot.html"); err != nil {
		return err
	}
	if !w.began {
		w.setLength(int64(w.out.Buffered()))
	}
	return w.out.Flush()
}

// send sends what is written so far.
func (w *pageWriter) send() error {
	if err := w.out.Flush(); err != nil {
		return err
	}
	return w.flush()
}

// headOnly answers to HEAD.
func (w *pageWriter) headOnly() error {
	w.Header().Set("Content-Type", mimeHTML)
	w.writeHeader(http.StatusOK)
	return nil
}
