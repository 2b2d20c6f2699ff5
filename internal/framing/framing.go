// Package framing has the bytes that RFC 1436 puts between and around what is sent:
// the ends of lines and fields, and the framing of a text. The root package writes with
// it, package client reads with it.
package framing

import (
	"bytes"
	"strings"
)

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

// What a server assumes that was told nothing else.
const (
	DefaultHost = "localhost" // which menus advertise
	DefaultPort = 70          // RFC 1436 section 3.2
	MaxLine     = 2048        // bytes of a request line without its end
)

// HasLine reports whether a request line ends in p.
func HasLine(p []byte) bool { return bytes.ContainsAny(p, LineEnd) }

// IsLine reports whether p, the last part of a request line that arrived, ends it with LF or
// CRLF and has nothing behind that. After a lone CR an LF may be on its way.
func IsLine(p []byte) bool {
	end := bytes.IndexAny(p, LineEnd)
	return end >= 0 && (string(p[end:]) == LineEnd || string(p[end:]) == "\n")
}

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
