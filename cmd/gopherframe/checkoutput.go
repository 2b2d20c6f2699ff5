package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"gopherframe/internal/crawl"
	"gopherframe/internal/harmless"
	"gopherframe/internal/lint"
)

// A checkOutput prints problems on stdout, those of a server as they are found and those
// of a directory at the end, file by file. If stderr is a terminal, it shows there how far
// the walk is.
type checkOutput struct {
	strict      bool
	isDirectory bool
	maps        mapLines
	logged      warningLog
	seen        map[problem]bool // the same menu may have several selectors: "docs" and "/docs"
	held        []problem        // not printed yet
	progress    *progress
	pages       int
}

// A problem is one line of the output.
type problem struct {
	file string // or, if a page has no gophermap, its selector
	line int    // 0: the file as a whole
	text string
}

func newCheckOutput(strict bool) *checkOutput {
	return &checkOutput{strict: strict, seen: map[problem]bool{}, progress: newProgress(io.Discard)}
}

// visited is called for each page.
func (o *checkOutput) visited(crawl.Page) {
	o.pages++
	o.progress.show("%d pages, %d problems", o.pages, len(o.seen))
}

// found is called for each problem of a page.
func (o *checkOutput) found(f crawl.Finding) {
	if !o.strict && f.Problem.Severity != lint.Error {
		return
	}
	f.Problem.Text = withoutPackage(f.Problem.Text)
	selector, line := f.Place()
	p := problem{selector, line, f.String()}
	if file, line := o.maps.find(selector, line); line > 0 {
		text := f.Link() // of the dead link, whose own Problem has no line
		if f.Line == 0 {
			f.Problem.Line = 0
			text = f.Problem.String()
		}
		p = problem{file, line, fmt.Sprintf("%s: line %d: %s", harmless.Quoted(file), line, text)}
	}
	o.add(p)
}

// add counts a problem, and prints or holds it.
func (o *checkOutput) add(p problem) {
	if o.seen[p] {
		return
	}
	o.seen[p] = true
	if o.isDirectory {
		o.held = append(o.held, p)
		return
	}
	o.progress.clear()
	fmt.Println(harmless.Text(p.text))
}

// printHeld prints the problems of a directory: file by file, in the order in which the walk
// found a problem in them, and line by line. Those that were only logged come after.
func (o *checkOutput) printHeld() {
	for _, p := range o.logged.problems() {
		o.add(p)
	}
	order := map[string]int{}
	for _, p := range o.held {
		if _, ok := order[p.file]; !ok {
			order[p.file] = len(order)
		}
	}
	slices.SortStableFunc(o.held, func(a, b problem) int {
		return cmp.Or(cmp.Compare(order[a.file], order[b.file]), cmp.Compare(cmp.Or(a.line, math.MaxInt), cmp.Or(b.line, math.MaxInt)))
	})
	for _, p := range o.held {
		fmt.Println(harmless.Text(p.text))
	}
}

// end prints the result on stderr, or returns it as an error if there are problems, or if
// the walk was stopped or did not look at all pages.
func (o *checkOutput) end(report *crawl.Report, maxPages int, stopped error) error {
	o.progress.clear()
	for _, line := range o.maps.explanations() {
		fmt.Println(harmless.Text(line))
	}
	o.printHeld()
	sum := fmt.Sprintf("%s on %s", count(len(o.seen), "problem"), count(o.pages, "page"))
	if report.Elsewhere > 0 {
		sum += fmt.Sprintf("; %s elsewhere not followed", count(report.Elsewhere, "link"))
	}
	if report.More {
		sum += fmt.Sprintf("; there are more pages, which --max-pages %d kept from being looked at", maxPages)
	}
	switch {
	case stopped != nil:
		return fmt.Errorf("interrupted: %s", sum)
	case len(o.seen) > 0 || report.More:
		return errors.New(sum)
	}
	fmt.Fprintln(os.Stderr, "gopherframe:", sum)
	return nil
}

// count returns "no problems", "1 problem", "2 problems".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return cmp.Or(map[int]string{0: "no"}[n], strconv.Itoa(n)) + " " + thing
}
