package web

import (
	"bytes"
	"encoding/xml"
	"net/url"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/framing"
)

// An atomFeed is a feed, RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Base    string      `xml:"xml:base,attr,omitempty"` // of the links
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
}

const mimeAtom = "application/atom+xml; charset=utf-8"

// atom answers with the feed of a menu: its items that have a date. Their identity is their
// gopher:// address, which does not depend on the name under which the feed was asked for;
// of two that are the same only the first is an entry. A menu without dates has no feed.
func (a *reply) atom(items []gopherframe.Item) error {
	p := a.pageOf(items)
	feed := &atomFeed{
		Base:   a.base(),
		ID:     a.identity(a.q.Host, a.q.Port, a.place),
		Title:  p.Title,
		Author: p.Site,
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: a.with("feed=atom")},
			{Rel: "alternate", Type: "text/html", Href: a.self()},
		},
	}
	var newest time.Time
	listed := map[[2]string]bool{} // by identity and date, RFC 4287 section 4.1.1
	for i := range items {
		it := &items[i]
		if !a.isEntry(it) {
			continue
		}
		l := a.link(it)
		if it.Date.After(newest) {
			newest = it.Date
		}
		host, port, _ := a.hostOf(it)
		id := a.identity(host, port, place{gopherframe.ItemType(wireType(it.Type)), framing.Field(it.Selector)})
		if strings.Contains(string(l.Href), ":") && l.Out {
			id = string(l.Href)
		}
		entry := [2]string{id, atomTime(it.Date)}
		if listed[entry] {
			continue
		}
		listed[entry] = true
		feed.Entries = append(feed.Entries, atomEntry{
			ID: id, Title: l.Name, Updated: entry[1], Link: atomLink{Rel: "alternate", Href: string(l.Href)},
		})
	}
	if len(feed.Entries) == 0 {
		return a.failure(gopherframe.NotFound(""))
	}
	feed.Updated = atomTime(newest)
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(feed); err != nil {
		return err
	}
	return a.content(mimeAtom, int64(out.Len()), func() error {
		_, err := a.w.Write(out.Bytes())
		return err
	})
}

// isEntry reports whether an item is an entry of a feed: it has a date, and leads somewhere.
func (a *reply) isEntry(it *gopherframe.Item) bool { return hasDate(it) && a.link(it).Href != "" }

// hasDate reports whether an item has a date that RFC 3339 can write.
func hasDate(it *gopherframe.Item) bool {
	year := it.Date.UTC().Year()
	return !it.Date.IsZero() && year >= 0 && year <= 9999
}

// base returns the URL at which the client reached the site, "" if it did not say.
func (x *exchange) base() string {
	if x.r.Host == "" {
		return ""
	}
	u := url.URL{Scheme: "http", Host: x.r.Host, Path: "/"}
	if x.r.TLS != nil {
		u.Scheme = "https"
	}
	return u.String()
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// identity returns the address that identifies a page.
func (a *reply) identity(host string, port int, p place) string {
	if url := gopherURL(host, port, p, ""); url != "" {
		return url
	}
	return "gopher:" + p.path()
}
