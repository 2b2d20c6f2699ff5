package gopherframe

import "strings"

// Columns is how many cells of a terminal a line of text in a menu may take, so
// that all clients show it whole on a screen of 80: before it stand the type and
// the number of the item.
const Columns = 67

// Wrap adds text as lines of at most [Columns] cells. Lines of the text stay lines
// and are broken at spaces, before and after characters that are two cells wide,
// as Chinese and Japanese have them, and where nothing else helps within a word.
// A character is never separated from its combining marks, nor an emoji from what
// it is joined with; escape sequences for colours take no cells. Spaces at the end
// of a line are dropped, those at the beginning of a line of the text are kept.
func (m *Menu) Wrap(text string) *Menu {
	text = strings.TrimSuffix(oneLineEnd.Replace(text), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		for _, piece := range wrapLine(line, Columns) {
			m.Info(piece)
		}
	}
	return m
}

// oneLineEnd makes LF of the three line ends, and SPACE of TAB, at which lines
// can be broken.
var oneLineEnd = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ")

// Title adds text, wrapped as by [Menu.Wrap], and a line under it.
func (m *Menu) Title(text string) *Menu {
	before := len(m.Items)
	m.Wrap(text)
	width := 0
	for _, it := range m.Items[before:] {
		width = max(width, cells(it.Name))
	}
	return m.Info(strings.Repeat("=", width))
}

// wrapLine returns line in pieces of at most width cells, at least one.
func wrapLine(line string, width int) []string {
	var pieces []string
	// A piece begins at start. The last place to break it is after end, and what
	// comes next begins at next; there is none if end is start.
	start, end, next := 0, 0, 0
	taken := 0         // cells of line[start:i]
	afterSpace := true // the cluster before i is a space
	afterWide := false // or one of two cells
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
			taken = cells(line[next:i])
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
