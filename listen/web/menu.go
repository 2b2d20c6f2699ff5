package web

import (
	"bytes"
	"cmp"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"

	"html/template"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
	"gopherframe/layout"
)

// A block is a part of a menu: lines of text, a heading, or links. Exactly one of the fields
// is set.
type block struct {
	Heading string
	Text    *string // lines that end LF
	Wide    bool    // the text has lines that do not fit a small screen
	Links   any     // of a list: an iter.Seq[link]; a template may range over one that is nil
}

// A link is an item of a list.
type link struct {
	Type   string // the item type, as in the menu
	Kind   string // a word for the type: "menu"
	Name   string
	Href   template.URL // "": it leads nowhere
	Out    bool         // it leads to another server
	Search *search      // the form of a search of this site
}

// kinds has a word for each type, which is read to those who do not see its icon, and names
// that in the stylesheet.
var kinds = map[gopherframe.ItemType]string{
	gopherframe.TypeText: "text", gopherframe.TypeMenu: "menu", gopherframe.TypeError: "error", gopherframe.TypeSearch: "search",
	gopherframe.TypeTelnet: "telnet", 'T': "telnet", gopherframe.TypeBinary: "file", gopherframe.TypeGIF: "image", gopherframe.TypeHTML: "page",
	gopherframe.TypeImage: "image", gopherframe.TypeSound: "sound",
}

// A typeHeading item is a heading of the menu: what gophernicus and others make of "!title"
// in a gophermap.
const typeHeading gopherframe.ItemType = '!'

// headingOf returns the text of an item that is a heading. The first line of a menu may also
// be one as it stands in a gophermap, a text that begins with "!" and a letter.
func headingOf(it *gopherframe.Item, first bool) (text string, ok bool) {
	if it.Type == typeHeading {
		return it.Name, true
	}
	text, ok = strings.CutPrefix(it.Name, "!")
	return text, ok && first && it.Type == gopherframe.TypeInfo && text != "" && !strings.ContainsAny(text[:1], "! -=*#")
}

// shortColumns is how many columns of text fit a screen of 320 pixels.
const shortColumns = 36

// maxWhole is how many items a menu has at most that is rendered before it is sent, and kept.
const maxWhole = 1000

// menu answers with a page for a menu, or with its feed.
func (a *reply) menu(items []gopherframe.Item) error {
	if a.feed {
		return a.atom(items)
	}
	if len(items) > maxWhole {
		page := a.newPageWriter(a.pageOf(items))
		if a.isHead() {
			return page.headOnly()
		}
		if err := page.begin(""); err != nil {
			return err
		}
		if err := page.execute("menu.html"); err != nil {
			return err
		}
		return page.end("")
	}
	html, err := a.site.kept.render(a.keyOf(items), func() ([]byte, error) { return a.site.theme.whole(a.pageOf(items), "menu.html") })
	if err != nil {
		return err
	}
	return a.send(a.w, http.StatusOK, html)
}

// pageOf returns the page of a menu. Its title is the first heading.
func (a *reply) pageOf(items []gopherframe.Item) *page {
	title, at := "", -1
	for i := range items {
		if text, ok := headingOf(&items[i], i == 0); ok && strings.TrimSpace(text) != "" {
			title, at = text, i
			break
		}
	}
	p := a.newPage(onLine(title))
	if a.typ == gopherframe.TypeSearch {
		p.Search = &search{Action: a.site.Prefix + a.path(), Label: "Search again", Query: shown(a.query)}
	}
	if slices.ContainsFunc(items, func(it gopherframe.Item) bool { return !it.Date.IsZero() }) {
		p.Feed = a.with("feed=atom")
	}
	p.Blocks = a.blocks(items, at)
	return p
}

// blocks divides a menu into runs of lines and of links. The item at the index except, which
// is the title of the page, is left out.
func (a *reply) blocks(items []gopherframe.Item, except int) iter.Seq[block] {
	return func(yield func(block) bool) {
		for i := 0; i < len(items); {
			end := i + 1
			b := block{}
			if text, ok := headingOf(&items[i], i == 0); ok {
				b.Heading = cmp.Or(strings.TrimSpace(shown(onLine(text))), "—")
			} else {
				isInfo := items[i].Type == gopherframe.TypeInfo
				for end < len(items) && (items[end].Type == gopherframe.TypeInfo) == isInfo && items[end].Type != typeHeading {
					end++
				}
				if isInfo {
					b.Text, b.Wide = infoText(items[i:end])
				} else {
					b.Links = a.links(items[i:end])
				}
			}
			if i != except && !yield(b) {
				return
			}
			i = end
		}
	}
}

// infoText returns the lines of info items.
func infoText(items []gopherframe.Item) (*string, bool) {
	var b strings.Builder
	wide := false
	for i := range items {
		line := shown(onLine(items[i].Name))
		wide = wide || len(line) > shortColumns && layout.Width(line) > shortColumns
		b.WriteString(line)
		b.WriteByte('\n')
	}
	text := b.String()
	return &text, wide
}

func (a *reply) links(items []gopherframe.Item) iter.Seq[link] {
	return func(yield func(link) bool) {
		for i := range items {
			if !yield(a.link(&items[i])) {
				return
			}
		}
	}
}

// link returns how an item is shown.
func (a *reply) link(it *gopherframe.Item) link {
	typ := gopherframe.ItemType(wireType(it.Type))
	l := link{Type: typ.String(), Kind: cmp.Or(kinds[typ], "item"), Name: shown(onLine(it.Name))}
	selector := onLine(it.Selector)
	out, isURL := strings.CutPrefix(selector, framing.URLPrefix)
	host, port, here := a.hostOf(it)
	switch {
	case typ.LeadsNowhere():
	case isURL && typ == gopherframe.TypeHTML:
		if href, err := harmless.URL(out); err == nil {
			l.Href, l.Out = template.URL(href), true
		}
	case l.Kind == "telnet":
		if framing.IsHost(host) {
			l.Href, l.Out = template.URL("telnet"+strings.TrimPrefix(gopherURL(host, port, root, ""), "gopher")), true
		}
	case here:
		p := place{typ, selector}
		l.Href = template.URL(a.site.Prefix + p.path())
		if typ == gopherframe.TypeSearch {
			l.Search = &search{Action: a.site.Prefix + p.path(), Label: l.Name}
		}
	default:
		l.Href, l.Out = template.URL(a.site.outside(gopherURL(host, port, place{typ, selector}, ""))), true
	}
	if strings.TrimSpace(l.Name) == "" && l.Href != "" {
		l.Name = cmp.Or(strings.TrimSpace(shown(lastElement(selector))), l.Kind) // a link needs a name
	}
	return l
}

// hostOf returns the host and port of an item, as they would be written over Gopher, and
// whether they are those of this server.
func (a *reply) hostOf(it *gopherframe.Item) (host string, port int, here bool) {
	host, port = onLine(it.Host), it.Port
	if host == "" {
		host, port = a.q.Host, cmp.Or(port, a.q.Port)
	}
	port = cmp.Or(port, framing.DefaultPort)
	return host, port, strings.EqualFold(host, a.q.Host) && port == a.q.Port
}

// outside returns where the link to a gopher:// URL leads: through the proxy if there is one.
func (s *site) outside(url string) string {
	switch {
	case s.Proxy == "" || url == "":
		return url
	case strings.Contains(s.Proxy, "?"):
		return s.Proxy + escaped(url)
	}
	return s.Proxy + strings.TrimPrefix(url, "gopher://")
}

// menuPage answers with a page for a menu that write writes as it is sent over Gopher.
func (a *reply) menuPage(write func(io.Writer) error) error {
	p := a.newPage("")
	if a.typ == gopherframe.TypeSearch {
		p.Search = &search{Action: a.site.Prefix + a.path(), Label: "Search again", Query: shown(a.query)}
	}
	page := a.newPageWriter(p)
	if a.isHead() {
		return page.headOnly()
	}
	lines := &lineWriter{show: func(whole []byte) error {
		m, err := answer.ParseMenu(strings.NewReader(string(whole)))
		if err != nil {
			return err
		}
		if err := page.begin(""); err != nil {
			return err
		}
		p.Blocks = a.blocks(m.Items, -1)
		if err := page.execute("menu.html"); err != nil {
			return err
		}
		return page.send()
	}}
	if err := write(lines); err != nil {
		return err
	}
	if err := lines.flushRest(); err != nil {
		return err
	}
	if err := page.begin(""); err != nil {
		return err
	}
	return page.end("")
}

// A lineWriter shows whole lines as they come, until the one that ends a menu.
type lineWriter struct {
	show  func(lines []byte) error
	rest  []byte
	ended bool
}

// Write shows the lines that are complete.
func (l *lineWriter) Write(p []byte) (int, error) {
	if l.ended {
		return len(p), nil
	}
	l.rest = append(l.rest, p...)
	if len(l.rest) > answer.MaxMenuLine && bytes.IndexByte(l.rest, '\n') < 0 {
		return 0, answer.ErrTooLong
	}
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	whole := l.rest[:end]
	if end == 0 {
		return len(p), nil
	}
	l.rest = append([]byte(nil), l.rest[end:]...)
	text := "\n" + string(whole)
	l.ended = strings.Contains(text, "\n.\r\n") || strings.Contains(text, "\n.\n")
	if err := l.show(whole); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flushRest shows the last line if it has no end.
func (l *lineWriter) flushRest() error {
	if l.ended || len(l.rest) == 0 {
		return nil
	}
	return l.show(l.rest)
}
