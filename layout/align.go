package layout

import "strings"

// columnGap is between two columns.
const columnGap = "  "

// Align returns each row as a line in which the columns begin at the same cell of
// a terminal. Unlike text/tabwriter, which counts characters, it counts cells, so that
// the column after a name in Chinese, or with an emoji, begins where it should. Rows may
// have different numbers of columns; the last cell of a row is not padded and widens no
// column. The lines are for the names of items:
//
//	for i, line := range layout.Align(rows) {
//		m.Text(line, posts[i].selector)
//	}
//
// Lines may be longer than [Columns]. A single cell longer than that does not widen its
// column, so that it does not make all lines long.
func Align(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:max(len(row)-1, 0)] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if width := Width(cell); width <= Columns {
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
				b.WriteString(strings.Repeat(" ", max(widths[k]-Width(cell), 0)) + columnGap)
			}
		}
		lines[i] = b.String()
	}
	return lines
}
