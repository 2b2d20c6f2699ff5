package crawl

import (
	"fmt"

	"gopherframe"
	"gopherframe/internal/harmless"
	"gopherframe/internal/lint"
)

// A Finding is a problem with a page, or with a link to it.
type Finding struct {
	Type     gopherframe.ItemType
	Selector string
	From     string // the selector of a menu that leads there; for the start, Selector itself
	Problem  lint.Problem
}

// String returns `SELECTOR (linked from SELECTOR): problem`, with "/" for the selector "".
// All of it is printable.
func (f Finding) String() string {
	page := name(f.Selector)
	if f.From != f.Selector {
		page += fmt.Sprintf(" (linked from %s)", name(f.From))
	}
	return page + ": " + f.Problem.String()
}

// name returns a selector as it is shown.
func name(selector string) string {
	if selector == "" {
		return "/"
	}
	return harmless.Quoted(selector)
}
