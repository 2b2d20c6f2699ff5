// Package layout fits text to the screens of Gopher clients: it knows how wide a
// character is, breaks text into lines, aligns columns and divides lists into pages.
package layout

import (
	"strings"

	"gopherframe"
)

// Columns is how many cells of a terminal a line of text in a menu may take so that
// every client shows it whole on a screen of 80: they put the number and the type of the
// item before it.
const Columns = 67

// MaxColumns is the longest display string of an item, RFC 1436 section 3.9: clients may
// cut longer ones.
const MaxColumns = 70

// Wrap returns text as lines of at most columns cells, at least one. Lines of the text
// stay lines; they are broken at spaces, before and after characters that are two cells
// wide, as Chinese and Japanese have them, and otherwise within a word. A character is
// never separated from its combining marks, nor an emoji from what it is joined with.
// Spaces at the end of a line are dropped, those at the beginning of a line of the text
// are kept, and TAB becomes SPACE. A single character may be wider than columns.
func Wrap(text string, columns int) []string {
	text = strings.TrimSuffix(oneLineEnd.Replace(text), "\n")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapLine(line, columns)...)
	}
	return lines
}

// oneLineEnd replaces CRLF and CR by LF, and TAB by SPACE.
var oneLineEnd = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ")

// Info returns text as info items of at most [Columns] cells, broken as by [Wrap]:
//
//	m.Add(layout.Info(text)...)
func Info(text string) []gopherframe.Item {
	lines := Wrap(text, Columns)
	items := make([]gopherframe.Item, len(lines))
	for i, line := range lines {
		items[i] = gopherframe.Item{Type: gopherframe.TypeInfo, Name: line}
	}
	return items
}

// Title returns text as [Info] does, and a line under it.
func Title(text string) []gopherframe.Item {
	items := Info(text)
	width := 0
	for _, it := range items {
		width = max(width, Width(it.Name))
	}
	return append(items, gopherframe.Item{Type: gopherframe.TypeInfo, Name: strings.Repeat("=", width)})
}

// wrapLine returns line in pieces of at most width cells, at least one.
func wrapLine(line string, width int) []string {
	var pieces []string
	// The current piece begins at start. At the last place to break it, it would be
	// line[start:end], and the next piece would begin at next. If end is start, it has no
	// such place yet.
	start, end, next := 0, 0, 0
	taken := 0         // cells of line[start:i]
	afterSpace := true // the cluster before i is a space
	afterWide := false // the cluster before i takes two cells
	for i := 0; i < len(line); {
		n, w := cluster(line[i:])
		space := n == 1 && line[i] == ' ' // and no mark is on it
		switch {
		case space && !afterSpace:
			end = i
		case !space && (afterWide || w == 2 && !afterSpace):
			end, next = i, i
		}
		if space {
			next = i + n
		} else if taken+w > width {
			if end == start {
				end, next = i, i
			}
			pieces = appendPiece(pieces, line[start:end])
			taken = Width(line[next:i])
			start, end = next, next
		}
		taken += w
		i += n
		afterSpace, afterWide = space, w == 2
	}
	return append(pieces, strings.TrimRight(line[start:], " "))
}

// appendPiece appends a piece unless there is nothing to be seen in it.
func appendPiece(pieces []string, piece string) []string {
	if piece = strings.TrimRight(piece, " "); piece != "" {
		pieces = append(pieces, piece)
	}
	return pieces
}
