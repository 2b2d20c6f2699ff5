package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/harmless"
	"gopherframe/layout"
)

// labels are what is shown before the name of an item.
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

// layOut writes the menu at a URL for a person: text as it is, links with their type, name
// and URL in columns.
func layOut(w io.Writer, at *client.URL, menu *gopherframe.Menu) {
	rows := make([][]string, len(menu.Items))
	for i, it := range menu.Items {
		label, known := labels[it.Type]
		if !known {
			label = "type " + it.Type.String()
		}
		rows[i] = []string{label, harmless.Text(it.Name)}
		if url := at.Link(it); url != "" {
			rows[i] = append(rows[i], harmless.Text(url))
		}
	}
	for _, line := range layout.Align(rows) {
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// writeHarmless copies text to a terminal. It takes a line that is very long in
// pieces.
func writeHarmless(w io.Writer, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := lines.ReadSlice('\n')
		text, ended := strings.CutSuffix(string(line), "\n")
		text = harmless.Text(text)
		if ended {
			text += "\n"
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		switch err {
		case nil, bufio.ErrBufferFull:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}
