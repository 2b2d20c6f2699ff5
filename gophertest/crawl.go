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

// A Report says what a Crawler found:
//
//	Pages     []Page    // in the order in which a reader finds them
//	Problems  []Finding // in the order of the pages
//	Elsewhere int       // links to other hosts and ports
//	More      bool      // the limits kept pages from being asked for
//
// Its Err method returns all problems but the warnings as one error.
type Report = crawl.Report

// A Page was asked for:
//
//	Type     gopherframe.ItemType
//	Selector string
//	From     string // the selector of the menu that first led there
//	Depth    int    // how many links it is from the root
type Page = crawl.Page

// A Finding is a problem with a page, or with a link to it:
//
//	Type     gopherframe.ItemType
//	Selector string
//	From     string // the selector of the menu where the link stands
//	Problem  Problem
//
// Its String method returns `SELECTOR (linked from PAGE): problem`.
type Finding = crawl.Finding

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
	return report
}
