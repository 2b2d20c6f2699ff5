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
	From     string // the selector of the menu that leads there; Selector itself where the walk began
	Problem  lint.Problem
}

// String returns `SELECTOR (linked from PAGE): problem`, with "/" for the selector
// "". It is printable, whatever was sent.
func (f Finding) String() string {
	page := name(f.Selector)
	if f.From != f.Selector {
		page += fmt.Sprintf(" (linked from %s)", name(f.From))
	}
	return page + ": " + f.Problem.String()
}

func name(selector string) string {
	if selector == "" {
		return "/"
	}
	return harmless.Quoted(selector)
}
