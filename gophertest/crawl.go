package gophertest

import (
	"context"

	"gopherframe"
	"gopherframe/internal/crawl"
)

// A Crawler follows all links of an app. The zero Crawler works.
type Crawler struct {
	Info     gopherframe.Info // links to its Host and Port are followed, and no others
	MaxPages int              // how many pages are asked for; 0: 10,000, negative: no limit
	MaxDepth int              // how many links from the root the last page is; 0: no limit
}

// Crawl follows all links of h, from the root, with the zero [Crawler].
func Crawl(h gopherframe.Handler) *Report { return new(Crawler).Crawl(h) }

// Crawl asks h in memory for the root menu and for all that it leads to. It
// reports links to pages that answer with an error, panic, send nothing, or do not
// end within 10 seconds, and menus in which [Lint] finds something. The same app
// gives the same Report.
//
// Of texts and files it looks only at whether they are errors. A search is asked
// for nothing, as w3m does before it shows its form, and for a word if it refuses
// that; its results are not followed. Links that say "URL:" are not followed.
func (c *Crawler) Crawl(h gopherframe.Handler) *Report {
	walk := &crawl.Crawler{
		Fetch:    crawl.Handler(h, c.Info),
		Host:     c.Info.Host,
		Port:     c.Info.Port,
		MaxPages: c.MaxPages,
		MaxDepth: c.MaxDepth,
	}
	report, _ := walk.Walk(context.Background()) // which does not end
	return reportOf(report)
}
