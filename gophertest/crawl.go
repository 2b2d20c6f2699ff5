package gophertest

import (
	"context"

	"gopherframe"
	"gopherframe/internal/crawl"
)

// A Crawler follows all links of an app. The zero Crawler works.
type Crawler struct {
	Info     gopherframe.Info // only links to its Host and Port are followed
	MaxPages int              // how many pages are asked for at most; 0: 10,000, negative: no limit
	MaxDepth int              // how many links a page may be away from the root; 0 and negative: no limit
}

// Crawl follows all links of h, from the root, with the zero [Crawler].
func Crawl(h gopherframe.Handler) *Report { return new(Crawler).Crawl(h) }

// Crawl asks h in memory for the root menu and for every page that it leads to, directly
// or through other menus. It reports links to pages that answer with an error, panic, or
// do not end within 10 seconds, to texts of no bytes at all, and menus in which [Lint]
// finds problems. The same app always gets the same Report.
//
// Of texts and files only as much is read as tells whether they are errors. A search is
// asked without a query, as w3m does before it shows its form, and if the answer to that
// is an error, with the query "gopher". An answer that is a text is reported; the links
// in its results are not followed. Nor are links to URLs ("URL:…") and to servers of
// other protocols, such as telnet.
func (c *Crawler) Crawl(h gopherframe.Handler) *Report {
	walk := &crawl.Crawler{
		Fetch:    crawl.Handler(h, c.Info),
		Host:     c.Info.Host,
		Port:     c.Info.Port,
		MaxPages: c.MaxPages,
		MaxDepth: c.MaxDepth,
	}
	report, _ := walk.Walk(context.Background()) // the error is that of the context
	return reportOf(report)
}
