package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gopherframe/gophermap"
	"gopherframe/internal/harmless"
)

// explanation has the flag of check that shows what maps mean.
type explanation struct {
	Explain bool `help:"Say first of each line of DIR's gophermaps and .gph files what it is taken for, a line of text as FILE:LINE: WHAT: LINE. Only maps to which menus lead are read."`
}

// mapLines finds the lines of gophermaps that lines of menus were made from. Its method read
// may be called by several goroutines.
type mapLines struct {
	mu    sync.Mutex
	pages map[string]origins       // by the path of the directory or .gph file
	taken map[gophermap.Taken]bool // nil if nobody asks
}

// origins are the files and lines of the items of a menu.
type origins struct {
	files []string
	lines []int
}

// read takes a map that was read for a page, as files.Maps has it.
func (m *mapLines) read(page string, of *gophermap.Map) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pages == nil {
		m.pages = map[string]origins{}
	}
	m.pages[page] = origins{of.Files, of.Lines}
	if m.taken != nil {
		for _, t := range of.Taken {
			m.taken[t] = true
		}
	}
}

// find returns the file, a map of the page at selector or one that it includes, and the line of
// it that has the given line of the menu, from 1. It returns 0 if the menu is not made from a
// map.
func (m *mapLines) find(selector string, menuLine int) (file string, line int) {
	page := cmp.Or(strings.TrimSuffix(strings.TrimPrefix(selector, "/"), "/"), ".")
	m.mu.Lock()
	defer m.mu.Unlock()
	is := m.pages[page]
	if menuLine < 1 || menuLine > len(is.lines) {
		return "", 0
	}
	return is.files[menuLine-1], is.lines[menuLine-1]
}

// explanations returns what the lines of all maps were taken for, by files and lines.
func (m *mapLines) explanations() (lines []string) {
	all := make([]gophermap.Taken, 0, len(m.taken))
	for t := range m.taken {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b gophermap.Taken) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.As, b.As))
	})
	for _, t := range all {
		lines = append(lines, fmt.Sprintf("%s:%d: %s: %s", harmless.Quoted(t.File), t.Line, t.As, t.Text))
	}
	return lines
}
