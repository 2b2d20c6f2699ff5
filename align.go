package gopherframe

import "strings"

// columnGap stands between two columns.
const columnGap = "  "

// Align returns each row as a line in which the columns begin at the same cell of
// a terminal. Unlike text/tabwriter, which counts characters, it counts cells, so
// Chinese, Japanese and emojis do not push what follows out of its column. Rows may
// have different numbers of columns. The lines are for the names of items:
//
//	for i, line := range gopherframe.Align(rows) {
//		m.Text(line, posts[i].selector)
//	}
//
// Lines are as long as they get, also longer than [Columns]. A cell that is longer
// than that by itself does not widen its column, so that one does not make all of
// them long.
func Align(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if width := cells(cell); width <= Columns {
				widths[i] = max(widths[i], width)
			}
		}
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		for k, cell := range row {
			b.WriteString(cell)
			if k < len(row)-1 {
				b.WriteString(strings.Repeat(" ", max(widths[k]-cells(cell), 0)) + columnGap)
			}
		}
		lines[i] = b.String()
	}
	return lines
}
