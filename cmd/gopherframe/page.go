package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopherframe"
	"gopherframe/client"
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

// maxNameColumn is how far short names are padded so that the URLs line up.
const maxNameColumn = 40

// layOut writes the menu at a URL for a person: text as it is, links with their type, name
// and URL in columns.
func layOut(w io.Writer, at *client.URL, menu *gopherframe.Menu) {
	column := 0
	for _, it := range menu.Items {
		if n := utf8.RuneCountInString(it.Name); at.Link(it) != "" && n <= maxNameColumn {
			column = max(column, n)
		}
	}
	for _, it := range menu.Items {
		label, known := labels[it.Type]
		if !known {
			label = "type " + string([]byte{byte(it.Type)})
		}
		line := fmt.Sprintf("%-7s %s", label, it.Name)
		if url := at.Link(it); url != "" {
			line = fmt.Sprintf("%-7s %-*s  %s", label, column, it.Name, url)
		}
		fmt.Fprintln(w, strings.TrimRight(harmless(line), " "))
	}
}

// harmless returns text in which nothing steers the terminal, or turns the order
// of what is shown round.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return '?'
		}
		return r
	}, text)
}

// writeHarmless copies text to a terminal. It takes a line that is very long in
// pieces.
func writeHarmless(w io.Writer, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := lines.ReadSlice('\n')
		text, ended := strings.CutSuffix(string(line), "\n")
		text = harmless(text)
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
