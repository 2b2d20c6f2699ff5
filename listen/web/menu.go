package web

import (
	"cmp"
	"iter"
	"net/http"
	"slices"
	"strings"

	"html/template"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
	"gopherframe/layout"
)

// A block is a part of a menu: a heading, lines of text, or links, if it is none of these.
// Lines and links of a stream may come as several blocks, of which the first begins them and
// the last, which may be empty, ends them.
type block struct {
	Begins, Ends bool

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

// A typeHeading item is a heading of the menu, as is an info item whose selector is
// framing.TitleSelector: servers make one or the other of "!title" in a gophermap.
const typeHeading gopherframe.ItemType = '!'

// isHeading reports whether an item is a heading wherever it stands.
func isHeading(it *gopherframe.Item) bool {
	return it.Type == typeHeading || it.Type == gopherframe.TypeInfo && it.Selector == framing.TitleSelector
}

// headingOf returns the text of an item that is a heading. The first line of a menu may also
// be one as it stands in a gophermap, a text that begins with "!" and a letter.
func headingOf(it *gopherframe.Item, first bool) (text string, ok bool) {
	if isHeading(it) {
		return it.Name, true
	}
	text, ok = framing.Title(it.Name)
	return text, ok && first && it.Type == gopherframe.TypeInfo
}

// shortColumns is how many columns of text fit a screen of 320 pixels.
const shortColumns = 36

// Bounds of a menu that is rendered before it is sent, and kept. A byte may take six in a
// page, and each item a few hundred besides.
const (
	maxWholeItems = 1000
	maxWholeBytes = 128 << 10
)

// isSmall reports whether a menu is within these bounds.
func isSmall(items []gopherframe.Item) bool {
	if len(items) > maxWholeItems {
		return false
	}
	size := 0
	for i := range items {
		size += len(items[i].Name) + len(items[i].Selector) + len(items[i].Host)
	}
	return size <= maxWholeBytes
}

// menu answers with a page for a menu, or with its feed.
func (a *reply) menu(items []gopherframe.Item) error {
	if a.feed {
		return a.atom(items)
	}
	if !isSmall(items) {
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

// pageOf returns the page of a menu. Its title is the heading with which the menu begins.
func (a *reply) pageOf(items []gopherframe.Item) *page {
	title, isFirst := "", true
	if len(items) > 0 {
		if text, ok := headingOf(&items[0], true); ok && strings.TrimSpace(text) != "" {
			title, items, isFirst = text, items[1:], false
		}
	}
	p := a.newPage(framing.Field(title))
	if a.typ == gopherframe.TypeSearch {
		p.Search = &search{Action: a.site.Prefix + a.path(), Label: "Search again", Query: shown(a.query)}
	}
	if slices.ContainsFunc(items, func(it gopherframe.Item) bool { return a.isEntry(&it) }) {
		p.Feed = a.with("feed=atom")
	}
	p.Blocks = a.blocks(items, isFirst)
	return p
}

// blocks divides a menu, or a part of it, into runs of lines and of links. isFirst is whether
// the menu begins there.
func (a *reply) blocks(items []gopherframe.Item, isFirst bool) iter.Seq[block] {
	return func(yield func(block) bool) {
		for i := 0; i < len(items); {
			end := i + 1
			b := block{Begins: true, Ends: true}
			if text, ok := headingOf(&items[i], isFirst && i == 0); ok {
				b.Heading = cmp.Or(strings.TrimSpace(shown(framing.Field(text))), "—")
			} else {
				isInfo := items[i].Type == gopherframe.TypeInfo
				for end < len(items) && (items[end].Type == gopherframe.TypeInfo) == isInfo && !isHeading(&items[end]) {
					end++
				}
				if isInfo {
					b.Text, b.Wide = infoText(items[i:end])
				} else {
					b.Links = a.links(items[i:end])
				}
			}
			if !yield(b) {
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
		line := shown(framing.Field(items[i].Name))
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
	l := link{Type: typ.String(), Kind: cmp.Or(kinds[typ], "item"), Name: shown(framing.Field(it.Name))}
	selector := framing.Field(it.Selector)
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
	host, port = framing.Field(it.Host), it.Port
	if host == "" {
		host, port = a.q.Host, cmp.Or(port, a.q.Port)
	}
	if port < 0 {
		port = a.q.Port
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
