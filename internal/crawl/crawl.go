// Package crawl follows the links of a site and finds those that are dead.
package crawl

import (
	"cmp"
	"context"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/lint"
	"gopherframe/internal/memory"
)

// A Crawler walks a site. Only Fetch has to be set.
type Crawler struct {
	Fetch    Fetch
	Host     string        // whose links are followed, at Port; "": "localhost"
	Port     int           // 0: 70
	Start    Link          // the zero Link is the root menu
	MaxPages int           // how many pages are asked for; 0: 10,000, negative: no limit
	MaxDepth int           // how many links from the start the last page is; 0: no limit
	Jobs     int           // how many pages are asked for at a time; 0: 1
	Delay    time.Duration // between the beginnings of two requests
	Timeout  time.Duration // for one page; 0: 10 s

	// Visited and Found are called, unless nil, when something is put into the
	// Report, by the goroutine that called Walk.
	Visited func(Page)
	Found   func(Finding)
}

const (
	defaultPages   = 10_000
	defaultTimeout = 10 * time.Second
	maxFrom        = 100 // how many menus with the same dead link are reported
)

// A Link is what a menu says of a page of the site. The server learns nothing of
// the type, but the client expects an answer of it.
type Link struct {
	Type     gopherframe.ItemType // 0: TypeMenu
	Selector string
}

// A Page was asked for.
type Page struct {
	Type     gopherframe.ItemType
	Selector string
	From     string // the selector of the menu that first led there; that of the page itself for the start
	Depth    int    // how many links it is from the start
}

func (p Page) link() Link { return Link{p.Type, p.Selector} }

// A Report says what a walk found.
type Report struct {
	Pages     []Page    // in the order in which they were found
	Problems  []Finding // in the order of the pages
	Elsewhere int       // links to other hosts and ports, which were not followed
	More      bool      // MaxPages or MaxDepth kept pages from being asked for
}

// Walk asks for the start and all that it leads to on the same host and port, in
// the order in which a reader would find it: the Report is the same however many
// jobs there are. Links that say "URL:" and what is no Gopher are not followed,
// nor are those in the results of a search. The error is that of ctx; the Report
// has what was found until it ended.
func (c *Crawler) Walk(ctx context.Context) (*Report, error) {
	w := &walk{Crawler: c, targets: map[Link]*target{}, report: &Report{}}
	start := c.Start
	start.Type = cmp.Or(start.Type, gopherframe.TypeMenu)
	w.lead(start, Page{Selector: start.Selector, Depth: -1})
	w.run(ctx)
	return w.report, ctx.Err()
}

// A walk is one in progress.
type walk struct {
	*Crawler
	targets map[Link]*target
	queue   []*target
	flying  []flight // in the order of the queue
	asked   int
	report  *Report
}

// A target is a page that some menu leads to.
type target struct {
	Page
	from []string // the menus that lead there, until it was visited
	told int      // how many of them were reported
	done bool
	dead []lint.Problem
}

// A flight is a target that was asked for.
type flight struct {
	*target
	landed chan visited
}

// run keeps as many targets in the air as there are jobs, and takes the answers
// in the order of the queue.
func (w *walk) run(ctx context.Context) {
	for {
		for len(w.queue) > 0 && len(w.flying) < max(w.Jobs, 1) && w.wait(ctx) {
			f := flight{w.queue[0], make(chan visited, 1)}
			w.queue = w.queue[1:]
			w.flying = append(w.flying, f)
			go func() { f.landed <- w.visit(ctx, f.link()) }()
		}
		if len(w.flying) == 0 {
			return
		}
		f := w.flying[0]
		w.flying = w.flying[1:]
		if a := <-f.landed; ctx.Err() == nil || len(a.dead) == 0 {
			w.arrive(f.target, a)
		}
	}
}

// wait lets the delay pass, and reports whether there is to be another request.
func (w *walk) wait(ctx context.Context) bool {
	if w.asked++; w.asked > 1 && w.Delay > 0 {
		timer := time.NewTimer(w.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// arrive takes an answer into the report, and follows its links.
func (w *walk) arrive(t *target, a visited) {
	t.done, t.dead = true, a.dead
	w.report.Pages = append(w.report.Pages, t.Page)
	if w.Visited != nil {
		w.Visited(t.Page)
	}
	for _, from := range t.from {
		w.found(t, from)
	}
	t.from = nil
	for _, p := range a.malformed {
		w.report.add(w.Crawler, Finding{t.Type, t.Selector, t.From, p})
	}
	seen := map[Link]bool{} // on this page
	for _, it := range a.items {
		link := Link{it.Type, it.Selector}
		switch {
		case !isFollowed(it) || it.Host == "" || it.Port == 0:
		case !w.isLocal(it):
			w.report.Elsewhere++
		case !seen[link]:
			seen[link] = true
			w.lead(link, t.Page)
		}
	}
}

// lead notes that the page from leads to link.
func (w *walk) lead(link Link, from Page) {
	t := w.targets[link]
	switch {
	case t == nil && (w.MaxDepth > 0 && from.Depth >= w.MaxDepth || len(w.targets) >= w.maxPages()):
		w.report.More = true
	case t == nil:
		t = &target{Page: Page{link.Type, link.Selector, from.Selector, from.Depth + 1}, from: []string{from.Selector}}
		w.targets[link] = t
		w.queue = append(w.queue, t)
	case t.done:
		w.found(t, from.Selector)
	case len(t.from) < maxFrom:
		t.from = append(t.from, from.Selector)
	}
}

// found reports the link in the menu from if it is dead.
func (w *walk) found(t *target, from string) {
	if t.told++; t.told > maxFrom {
		return
	}
	for _, p := range t.dead {
		w.report.add(w.Crawler, Finding{t.Type, t.Selector, from, p})
	}
}

func (r *Report) add(c *Crawler, f Finding) {
	r.Problems = append(r.Problems, f)
	if c.Found != nil {
		c.Found(f)
	}
}

func (c *Crawler) maxPages() int {
	if c.MaxPages < 0 {
		return int(^uint(0) >> 1)
	}
	return cmp.Or(c.MaxPages, defaultPages)
}

func (c *Crawler) isLocal(it gopherframe.Item) bool {
	return strings.EqualFold(it.Host, cmp.Or(c.Host, memory.DefaultHost)) && it.Port == cmp.Or(c.Port, memory.DefaultPort)
}

// otherProtocols are the types of items that lead to something else than a Gopher
// server: CSO, telnet, a second server, tn3270.
const otherProtocols = "28+T"

func isFollowed(it gopherframe.Item) bool {
	return !it.Type.LeadsNowhere() && strings.IndexByte(otherProtocols, byte(it.Type)) < 0 &&
		!lint.IsURL(it.Selector)
}
