package crawl

import (
	"cmp"
	"fmt"
	"math"

	"gopherframe"
	"gopherframe/internal/harmless"
	"gopherframe/internal/lint"
)

// A Finding is a problem with a page, or with a link to it.
type Finding struct {
	Type     gopherframe.ItemType
	Selector string
	From     string // the selector of a menu that leads there; for the start, Selector itself
	Line     int    // of the dead link in the menu From, from 1; 0: the problem is on the page
	Problem  lint.Problem
}

// String returns `SELECTOR (linked from SELECTOR, line N): problem`, with "/" for the
// selector "". All of it is printable.
func (f Finding) String() string {
	if f.From == f.Selector && f.Line == 0 {
		return f.Link()
	}
	from := name(f.From)
	if f.Line > 0 {
		from += fmt.Sprintf(", line %d", f.Line)
	}
	return fmt.Sprintf("%s (linked from %s): %s", name(f.Selector), from, f.Problem)
}

// Link returns `SELECTOR: problem`, as String does for the start.
func (f Finding) Link() string { return name(f.Selector) + ": " + f.Problem.String() }

// Place returns the selector of the menu that has the problem, and the line in it, from 1.
// The line is 0 for a page as a whole.
func (f Finding) Place() (selector string, line int) {
	if f.Line > 0 {
		return f.From, f.Line
	}
	return f.Selector, f.Problem.Line
}

// order returns where the problem stands among those of a page: by lines, and those of
// the page as a whole last.
func (f Finding) order() int {
	_, line := f.Place()
	return cmp.Or(line, math.MaxInt)
}

// name returns a selector as it is shown.
func name(selector string) string {
	if selector == "" {
		return "/"
	}
	return harmless.Quoted(selector)
}
