package main

import (
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

// layOut writes a menu for a person: text as it is, links with their type, name
// and URL in columns.
func layOut(w io.Writer, menu *gopherframe.Menu) {
	column := 0
	for _, it := range menu.Items {
		if n := utf8.RuneCountInString(it.Name); it.Host != "" && n <= maxNameColumn {
			column = max(column, n)
		}
	}
	for _, it := range menu.Items {
		label, known := labels[it.Type]
		if !known {
			label = fmt.Sprintf("type %c", it.Type)
		}
		line := fmt.Sprintf("%-7s %s", label, harmless(it.Name))
		if it.Type != gopherframe.TypeInfo && it.Type != gopherframe.TypeError {
			line = fmt.Sprintf("%-7s %-*s  %s", label, column, harmless(it.Name), harmless(client.ItemURL(it)))
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// harmless returns text in which nothing steers the terminal.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, text)
}
