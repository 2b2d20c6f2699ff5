package files

import (
	"fmt"
	"strconv"
	"strings"

	"gopherframe/layout"
)

// Long is an [Option]: automatic menus have the size and the date of each entry in columns behind
// its name, within [layout.Columns] cells, and in [gopherframe.Item.Date]:
//
//	minutes-of-the-meeting-on-the-fi…of-may.txt      1.2 kB  2026-05-01
//
// Sizes are in bytes, kB of 1,000 bytes, MB and so on; directories have none. Dates are those of the
// last change, in UTC. A name that is too long for its column is shown by its beginning and its
// end; if others look the same then, all but the first get a number, as in "~2". What is not known is
// "-". A link has the size and date of the file that it leads to.
//
// Every entry is looked up, and nothing is opened for it. On Linux a menu of a [Dir] is then made
// for each request, since a file may change while its directory does not; see [Server].
func Long(s *server) { s.long, s.looks = true, true }

// The columns of a long listing, in cells.
const (
	gap        = "  "
	sizeColumn = len("999 kB")
	dateColumn = len(dateForm)
	nameColumn = layout.Columns - len(gap) - sizeColumn - len(gap) - dateColumn
)

const dateForm = "2006-01-02"

// columns makes the lines of a long listing.
type columns struct {
	cut map[string]int // by shortened name, how many names were shortened to it
}

// line returns the line of an entry that is shown by this name.
func (c *columns) line(name string, e *entry) string {
	if layout.Width(name) > nameColumn {
		name = c.shorten(name)
	}
	var line strings.Builder
	width := layout.Width(name)
	line.Grow(len(name) + layout.Columns - width + len(leftToRight))
	line.WriteString(name)
	if strings.ContainsFunc(name, isRightToLeft) {
		line.WriteString(leftToRight)
	}
	size := shownSize(e)
	for range nameColumn - width + len(gap) + sizeColumn - len(size) {
		line.WriteByte(' ')
	}
	line.WriteString(size)
	line.WriteString(gap)
	line.WriteString(shownDate(e))
	return line.String()
}

// shorten cuts a name that is too long for its column. The names of one listing that look the
// same then get different numbers.
func (c *columns) shorten(name string) string {
	mark := fmt.Sprintf("~%d", maxListed)
	short := layout.Shorten(name, nameColumn-len(mark)) // names that are equal in this form get numbers, for which it leaves room
	if c.cut == nil {
		c.cut = map[string]int{}
	}
	c.cut[short]++
	if n := c.cut[short]; n > 1 {
		return fmt.Sprintf("%s~%d", short, n)
	}
	return layout.Shorten(name, nameColumn)
}

// shownSize returns the size of a file in at most sizeColumn cells.
func shownSize(e *entry) string {
	switch {
	case e.isDir || e.facts == nil || e.facts.size < 0:
		return "-"
	case e.facts.size < 1000:
		return strconv.FormatInt(e.facts.size, 10) + " B"
	}
	n, unit := float64(e.facts.size), 0
	for n >= 999.5 { // what is shown as 1000
		n /= 1000
		unit++
	}
	if n < 9.95 { // what is shown as 10.0
		return fmt.Sprintf("%.1f %cB", n, " kMGTPE"[unit])
	}
	return fmt.Sprintf("%.0f %cB", n, " kMGTPE"[unit])
}

// shownDate returns the date of an entry in at most dateColumn cells.
func shownDate(e *entry) string {
	date := e.date().UTC()
	if year := date.Year(); date.IsZero() || year < 0 || year > 9999 {
		return "-"
	}
	return date.Format(dateForm)
}

// leftToRight, LEFT-TO-RIGHT MARK, ends a run of letters that are written from right to left:
// otherwise the numbers behind a name would become part of it, and be shown on its left.
const leftToRight = "\u200E"

// isRightToLeft reports whether r may be of a script that is written from right to left, which
// Unicode keeps in these blocks, or is a mark for such text.
func isRightToLeft(r rune) bool {
	switch {
	case r < 0x0590:
		return false
	case r <= 0x08FF, r == '\u200F', 0xFB1D <= r && r <= 0xFDFF, 0xFE70 <= r && r <= 0xFEFE, 0x10800 <= r && r <= 0x10FFF, 0x1E800 <= r && r <= 0x1EFFF:
		return true
	}
	return false
}
