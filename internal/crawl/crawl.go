// Package crawl follows the links of a site and finds those that are dead.
package crawl

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/lint"
)

// A Crawler follows the links of a site. Only Fetch has to be set.
type Crawler struct {
	Fetch    Fetch
	Host     string        // links to this Host and Port are followed; "": "localhost"
	Port     int           // 0: 70
	Start    Link          // the zero Link is the root menu
	MaxPages int           // how many pages are asked for at most; 0: 10,000, negative: no limit
	MaxDepth int           // how many links a page may be away from the start; 0 and negative: no limit
	Jobs     int           // how many pages are asked for at a time; 0: 1
	Delay    time.Duration // from the beginning of a request to that of the next
	Timeout  time.Duration // for one page; 0: 10 s

	// Visited and Found, unless nil, are called with each Page and Finding as it is
	// added to the Report, in the goroutine that called Walk. The problems of a menu are
	// found when all of its links have been visited.
	Visited func(Page)
	Found   func(Finding)
}

const (
	defaultPages   = 10_000
	defaultTimeout = 10 * time.Second
	// maxFrom is for how many menus one dead link is reported: a footer has it on
	// every page.
	maxFrom = 100
)

// A Link is the part of a menu item that says which page of the site it leads to. The type
// is not sent to the server, but it says what answer is expected.
type Link struct {
	Type     gopherframe.ItemType // 0: TypeMenu
	Selector string
}

// A Page is a link that was followed.
type Page struct {
	Type     gopherframe.ItemType
	Selector string
	From     string // the selector of the menu that first led there; for the start, its own
	Depth    int    // how many links the page is away from the start
}

func (p Page) link() Link { return Link{p.Type, p.Selector} }

// A Report says what a walk found.
type Report struct {
	Pages     []Page    // in the order in which their links were found
	Problems  []Finding // in the order of the pages that have them, and of the lines of each
	Elsewhere int       // how many links lead to other hosts and ports; these are not followed
	More      bool      // MaxPages or MaxDepth kept pages from being asked for
}

// Walk asks for the start and for all pages of the same host and port that it leads to,
// breadth first. The Report does not depend on how many Jobs there are. Links to URLs
// and to other protocols are not followed, nor are those in the results of a search. The
// error is that of ctx; the Report has what was found until it ended.
func (c *Crawler) Walk(ctx context.Context) (*Report, error) {
	w := &walk{Crawler: c, targets: map[Link]*target{}, report: &Report{}}
	start := c.Start
	start.Type = cmp.Or(start.Type, gopherframe.TypeMenu)
	w.enqueue(start, Page{Selector: start.Selector, Depth: -1})
	w.run(ctx)
	w.tell(true)
	return w.report, ctx.Err()
}

// A walk is the state of one Walk.
type walk struct {
	*Crawler
	targets  map[Link]*target
	queue    []*target // not asked for yet
	running  []request // in the order of the queue
	visited  []*target // whose problems are not in the report yet, in the order of the queue
	requests int       // how many were begun
	report   *Report
}

// A target is a page that some menu leads to.
type target struct {
	Page
	from     []place // the lines that led there before it was visited
	reported int     // for how many menus the link was reported as dead
	visited  bool
	dead     []lint.Problem // why the link is dead
	problems []Finding      // of the page and of the links on it
	open     int            // how many of its links have to be visited until all problems are known
}

// A place is a line of a menu, from 1.
type place struct {
	menu *target
	line int
}

// A request is a target that was asked for. Its outcome arrives on the channel.
type request struct {
	*target
	outcome chan outcome
}

// run asks for as many targets at a time as there are jobs, and takes the outcomes in the
// order of the queue.
func (w *walk) run(ctx context.Context) {
	for {
		for len(w.queue) > 0 && len(w.running) < max(w.Jobs, 1) && w.wait(ctx) {
			r := request{w.queue[0], make(chan outcome, 1)}
			w.queue = w.queue[1:]
			w.running = append(w.running, r)
			go func() { r.outcome <- w.visit(ctx, r.link()) }()
		}
		if len(w.running) == 0 {
			return
		}
		r := w.running[0]
		w.running = w.running[1:]
		// A link may look dead only because ctx ended.
		if o := <-r.outcome; ctx.Err() == nil || len(o.dead) == 0 {
			w.add(r.target, o)
		}
	}
}

// wait waits for the delay, and reports whether the next request may begin: not after ctx
// has ended.
func (w *walk) wait(ctx context.Context) bool {
	if w.requests++; w.requests > 1 && w.Delay > 0 {
		timer := time.NewTimer(w.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// add adds a page to the report, and follows its links.
func (w *walk) add(t *target, o outcome) {
	t.visited, t.dead = true, o.dead
	w.report.Pages = append(w.report.Pages, t.Page)
	w.visited = append(w.visited, t)
	if w.Visited != nil {
		w.Visited(t.Page)
	}
	for _, p := range t.from {
		t.reportDead(p)
		p.menu.open--
	}
	t.from = nil
	problems := o.malformed
	if t.Depth == 0 { // no menu led to the start
		problems = append(problems, o.dead...)
	}
	for _, p := range problems {
		t.problems = append(t.problems, Finding{t.Type, t.Selector, t.From, 0, p})
	}
	seen := map[Link]bool{} // in this menu
	for i, it := range o.items {
		link := Link{it.Type, it.Selector}
		switch {
		case !isFollowed(it) || it.Host == "" || it.Port == 0:
		case !w.isLocal(it):
			w.report.Elsewhere++
		case !seen[link]:
			seen[link] = true
			w.follow(link, place{t, i + 1})
		}
	}
	w.tell(false)
}

// follow notes that the link is at the place, and puts a new target into the queue.
func (w *walk) follow(link Link, from place) {
	t := w.targets[link]
	if t == nil {
		if w.MaxDepth > 0 && from.menu.Depth >= w.MaxDepth || len(w.targets) >= w.maxPages() {
			w.report.More = true
			return
		}
		t = w.enqueue(link, from.menu.Page)
	}
	switch {
	case t.visited:
		t.reportDead(from)
	case len(t.from) < maxFrom:
		t.from = append(t.from, from)
		from.menu.open++
	}
}

// enqueue makes a target of a link on the page from.
func (w *walk) enqueue(link Link, from Page) *target {
	t := &target{Page: Page{link.Type, link.Selector, from.Selector, from.Depth + 1}}
	w.targets[link] = t
	w.queue = append(w.queue, t)
	return t
}

// reportDead adds the link to t to the problems of the menu that has it, if it is dead.
func (t *target) reportDead(at place) {
	if t.reported++; t.reported > maxFrom {
		return
	}
	for _, p := range t.dead {
		at.menu.problems = append(at.menu.problems, Finding{t.Type, t.Selector, at.menu.Selector, at.line, p})
	}
}

// tell adds the problems of the visited pages to the report, up to the first page with a
// link that is still to be visited, or those of all pages.
func (w *walk) tell(all bool) {
	for len(w.visited) > 0 && (all || w.visited[0].open == 0) {
		t := w.visited[0]
		w.visited = w.visited[1:]
		slices.SortStableFunc(t.problems, func(a, b Finding) int { return cmp.Compare(a.order(), b.order()) })
		w.report.Problems = append(w.report.Problems, t.problems...)
		if w.Found != nil {
			for _, f := range t.problems {
				w.Found(f)
			}
		}
		t.problems = nil
	}
}

func (c *Crawler) maxPages() int {
	if c.MaxPages < 0 {
		return int(^uint(0) >> 1)
	}
	return cmp.Or(c.MaxPages, defaultPages)
}

func (c *Crawler) isLocal(it gopherframe.Item) bool {
	return strings.EqualFold(it.Host, cmp.Or(c.Host, framing.DefaultHost)) && it.Port == cmp.Or(c.Port, framing.DefaultPort)
}

// otherServers are the item types that lead to something other than a page of a Gopher
// server: a CSO phone book, telnet, a mirror of the server before it, tn3270.
const otherServers = "28+T"

// isFollowed reports whether an item leads to a page of a Gopher server.
func isFollowed(it gopherframe.Item) bool {
	return !it.Type.LeadsNowhere() && strings.IndexByte(otherServers, byte(it.Type)) < 0 && !lint.IsURL(it.Selector)
}
