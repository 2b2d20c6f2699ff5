package main

import (
	"io"
	"strings"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/answer"
	"gopherframe/internal/harmless"
	"gopherframe/layout"
)

// labels are printed before the names of items, in a column of labelWidth.
var labels = map[gopherframe.ItemType]string{
	gopherframe.TypeText:   "text",
	gopherframe.TypeMenu:   "menu",
	gopherframe.TypeError:  "error",
	gopherframe.TypeSearch: "search",
	gopherframe.TypeTelnet: "telnet",
	gopherframe.TypeBinary: "binary",
	gopherframe.TypeGIF:    "image",
	gopherframe.TypeImage:  "image",
	gopherframe.TypeHTML:   "html",
	gopherframe.TypeSound:  "sound",
	gopherframe.TypeInfo:   "",
}

const labelWidth = len("search")

// maxBatch is how many items of a menu are held before they are printed, however fast
// they come.
const maxBatch = 1000

// A menuPrinter prints a menu for a person: links with their type, name and URL in
// columns, and other items as text between them. It prints the items that have arrived
// together in one go. Their URLs stand in a column, which moves to the right, for these
// and all later items, when names are longer than before.
type menuPrinter struct {
	w       io.Writer
	at      *client.URL // of the menu
	rows    [][]string  // to be printed
	longest string      // the longest name of a link so far
}

// printMenu prints the menu in r to w while it arrives. It returns the errors of both.
func printMenu(w io.Writer, at *client.URL, r io.Reader) error {
	p := &menuPrinter{w: w, at: at}
	items := answer.NewMenuReader(r)
	for {
		if items.Waits() || len(p.rows) == maxBatch {
			if err := p.flush(); err != nil {
				return err
			}
		}
		it, err := items.Next()
		if err == nil {
			p.add(it)
			continue
		}
		if err == io.EOF {
			err = nil
		}
		if flushed := p.flush(); err == nil {
			err = flushed
		}
		return err
	}
}

// add makes the row of an item.
func (p *menuPrinter) add(it gopherframe.Item) {
	label, known := labels[it.Type]
	if !known {
		label = "type " + it.Type.String()
	}
	row := []string{label, harmless.Text(it.Name)}
	if url := p.at.Link(it); url != "" {
		row = append(row, harmless.Text(url))
		if width := layout.Width(row[1]); width <= layout.Columns && width > layout.Width(p.longest) {
			p.longest = row[1]
		}
	}
	p.rows = append(p.rows, row)
}

// flush prints the rows.
func (p *menuPrinter) flush() error {
	if len(p.rows) == 0 {
		return nil
	}
	// A row that is not printed keeps the columns at their places.
	model := []string{strings.Repeat(" ", labelWidth), p.longest, ""}
	var page strings.Builder
	for _, line := range layout.Align(append([][]string{model}, p.rows...))[1:] {
		page.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	p.rows = p.rows[:0]
	_, err := io.WriteString(p.w, page.String())
	return err
}
