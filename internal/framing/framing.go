// Package framing has the bytes that RFC 1436 puts between and around what is sent:
// the ends of lines and fields, and the framing of a text. The root package writes with
// it, package client reads with it.
package framing

const (
	LineEnd = "\r\n" // ends every line: section 2
	Final   = "."    // alone on a line, ends a menu or a text: section 3.3
)

// Forbidden are the bytes that would end a field of a line, or the line itself.
const Forbidden = LineEnd + "\t\x00"

// Nowhere is the host of items that lead nowhere, whose port is 0: RFC 1436 wants all
// four fields in every line, and servers agree on this name.
const Nowhere = "error.host"

// URLPrefix begins the selector of an item that leads out of Gopher; the URL follows.
const URLPrefix = "URL:"
