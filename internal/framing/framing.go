// Package framing has the bytes that RFC 1436 puts between and around what is sent:
// the ends of lines and fields, and the framing of a text. The root package writes with
// it, package client reads with it, and the listeners ask it where a request line ends.
package framing

import "strings"

const (
	LineEnd = "\r\n" // ends every line: section 2
	Final   = "."    // alone on a line, ends a menu or a text: section 3.3
)

// Forbidden are the bytes that would end a field of a line, or the line itself.
const Forbidden = LineEnd + "\t\x00"

// Nowhere is the host of items that lead nowhere, whose port is 0: RFC 1436 wants all
// four fields in every line, and servers agree on this name.
const Nowhere = "error.host"

// TitleSelector is the selector of an info item that is a heading, as gophernicus makes one of
// "!title" in a gophermap. Only pages for browsers look at it: over Gopher the selector of an info
// item is not sent.
const TitleSelector = "TITLE"

// Title returns the title that a line of a gophermap is: what follows a "!". In "!!!" or
// "! see below" that is a part of the text.
func Title(line string) (title string, ok bool) {
	title, ok = strings.CutPrefix(line, "!")
	return title, ok && title != "" && !strings.ContainsAny(title[:1], "! -=*#")
}

// URLPrefix begins the selector of an item that leads out of Gopher; the URL follows.
const URLPrefix = "URL:"

// What a server assumes that was told nothing else.
const (
	DefaultHost = "localhost" // which menus advertise
	DefaultPort = 70          // RFC 1436 section 3.2
	MaxLine     = 2048        // bytes of a request line without its end
)

// Port returns n as it is written into a menu: the nearest number that is a port.
func Port(n int) int { return min(max(n, 0), 65535) }

// Path returns a selector without its leading slash, which means nothing at the top.
// Behind a base, the prefix that a Mount removed, every slash counts: "files//a" must not
// go round what guards "files/a".
func Path(base, selector string) string {
	if base != "" {
		return selector
	}
	return strings.TrimPrefix(selector, "/")
}
