package layout

// ellipsis stands for what Shorten leaves out.
const ellipsis = "…"

// Shorten returns text if it takes at most columns cells, and otherwise its beginning and its
// end with "…" between them, in at most columns cells: names of files are told apart by their ends
// as well, and have their extension there. A character stays with its combining marks, and an
// emoji with what it is joined with. Columns of less than 1 are 1. Escape sequences for colours
// in what is left out are left out, too.
func Shorten(text string, columns int) string {
	columns = max(columns, 1)
	total := Width(text)
	if total <= columns {
		return text
	}
	last := (columns - Width(ellipsis)) / 3 // cells of the end
	first := columns - Width(ellipsis) - last
	taken, head, tail := 0, 0, 0 // head and tail: where text[:head] ends and text[tail:] begins
	for tail < len(text) {
		n, width := cluster(text[tail:])
		if taken+width <= first && head == tail {
			head += n
		}
		// A mark without a character of its own would be put on the ellipsis.
		if total-taken <= last && width > 0 {
			break
		}
		taken += width
		tail += n
	}
	return text[:head] + ellipsis + text[tail:]
}
