package main

import (
	"io/fs"
	"path"
	"strings"

	"gopherframe/gophermap"
)

// mapLines finds the line of a gophermap that a line of a menu was made from. The zero
// mapLines finds none.
type mapLines struct {
	fsys fs.FS

	// The gophermap that was read last: problems come menu by menu.
	file  string
	lines []int // lines[i] is the line, from 1, of item i of the menu
}

// find returns the gophermap of the directory at selector, and the line of it that has
// the given line of the menu, from 1. It returns 0 if the menu is not made from a
// gophermap.
func (m *mapLines) find(selector string, menuLine int) (file string, line int) {
	dir := strings.TrimSuffix(strings.TrimPrefix(selector, "/"), "/")
	file = path.Join(dir, "gophermap")
	if m.fsys == nil || !fs.ValidPath(file) {
		return "", 0
	}
	if m.file != file {
		m.file, m.lines = file, nil
		if text, err := fs.ReadFile(m.fsys, file); err == nil {
			m.lines = gophermap.Parse(string(text), "").Lines
		}
	}
	if menuLine < 1 || menuLine > len(m.lines) {
		return "", 0
	}
	return file, m.lines[menuLine-1]
}
