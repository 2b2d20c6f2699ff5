package main

import (
	"cmp"
	"fmt"
	"strings"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/internal/filetype"
	"gopherframe/internal/lint"
)

// typeHint returns, in brackets behind a SPACE, what to write if the type was forgotten in the URL, as in
// gopher://h/docs, which asks for "ocs" as type d. It returns "" if the URL does not look
// like that: without a refusal, only types that are not in general use do.
func typeHint(u *client.URL, refused bool) string {
	known := lint.IsKnown(u.Type)
	switch {
	case '0' <= u.Type && u.Type <= '9', lint.IsURL(u.Selector):
		return ""
	case known && !refused:
		return ""
	case strings.HasPrefix(u.Selector, "/") && (known || !refused): // gopher://h/I/picture
		return ""
	}
	meant := *u
	meant.Selector = string([]byte{byte(u.Type)}) + u.Selector
	meant.Type = cmp.Or(gopherframe.ItemType(filetype.ByName(meant.Selector)), gopherframe.TypeMenu)
	return fmt.Sprintf(" (this asked for %q as type %s; if the URL lacks its type, write %s)", u.Selector, u.Type, meant.String())
}
