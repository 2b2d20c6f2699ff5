package gophertest

import (
	"errors"

	"gopherframe"
	"gopherframe/internal/crawl"
)

// A Report says what a [Crawler] found.
type Report struct {
	Pages     []Page    // the pages that were asked for, in the order in which their links were found
	Problems  []Finding // in the order of the pages that have them, dead links among them, and of their lines
	Elsewhere int       // how many links lead to other hosts and ports; these are not followed
	More      bool      // MaxPages or MaxDepth kept some pages from being asked for
}

// Err returns an error that joins all problems but the warnings, nil if there are none.
func (r *Report) Err() error {
	var all []error
	for _, f := range r.Problems {
		if f.Problem.Severity == Error {
			all = append(all, errors.New(f.String()))
		}
	}
	return errors.Join(all...)
}

// A Page is a link that was followed.
type Page struct {
	Type     gopherframe.ItemType // as the link says
	Selector string
	From     string // the selector of the menu that first led there; "" for the root
	Depth    int    // how many links the page is away from the root
}

// A Finding is a problem with a page, or with a link to it.
type Finding struct {
	Type     gopherframe.ItemType // of the page, as the link says
	Selector string               // of the page
	From     string               // the selector of a menu that leads there; "" for the root
	Problem  Problem
}

// String returns `SELECTOR (linked from SELECTOR): problem`, with "/" for the selector "".
// All of it is printable.
func (f Finding) String() string {
	return crawl.Finding{Type: f.Type, Selector: f.Selector, From: f.From, Problem: f.Problem.internal()}.String()
}

func reportOf(r *crawl.Report) *Report {
	report := &Report{Elsewhere: r.Elsewhere, More: r.More}
	for _, p := range r.Pages {
		report.Pages = append(report.Pages, Page(p))
	}
	for _, f := range r.Problems {
		report.Problems = append(report.Problems, Finding{f.Type, f.Selector, f.From, problemOf(f.Problem)})
	}
	return report
}
