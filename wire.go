package gopherframe

import (
	"strconv"

	"gopherframe/internal/framing"
)

// menu writes a whole menu: RFC 1436 section 3.3. Items without an address get the one
// given.
func (o *output) menu(items []Item, host string, port int) {
	for i := range items {
		o.buf = items[i].append(o.buf, host, port)
		if o.flushFull() != nil {
			return // the client has gone, and a menu can be long
		}
	}
	o.buf = append(o.buf, framing.Final+framing.LineEnd...)
}

// append appends `type name TAB selector TAB host TAB port CRLF` to line. An item without
// an address gets the one given.
func (it *Item) append(line []byte, ownHost string, ownPort int) []byte {
	host, port := it.Host, it.Port
	switch {
	case it.Type.LeadsNowhere() && host == "":
		host = framing.Nowhere
	case host == "":
		host = ownHost
		if port <= 0 {
			port = ownPort
		}
	case it.Type.LeadsNowhere():
	case port == 0:
		port = framing.DefaultPort
	case port < 0:
		port = ownPort
	}
	line = append(line, it.wireType())
	line = append(appendField(line, it.Name), '\t')
	if !it.Type.LeadsNowhere() {
		line = appendField(line, it.Selector)
	}
	line = append(line, '\t')
	line = append(appendField(line, host), '\t')
	line = strconv.AppendInt(line, int64(framing.Port(port)), 10)
	return append(line, framing.LineEnd...)
}

// wireType returns the type byte, SPACE for one that would break the line. A
// period would look like the end of the menu to some clients.
func (it *Item) wireType() byte {
	if forbidden[it.Type] || it.Type == ItemType(framing.Final[0]) {
		return ' '
	}
	return byte(it.Type)
}

// forbidden has the bytes of framing.Forbidden.
var forbidden = func() (table [256]bool) {
	for _, b := range []byte(framing.Forbidden) {
		table[b] = true
	}
	return table
}()

// appendField appends s so that it stays within its line.
func appendField(line []byte, s string) []byte {
	start := len(line)
	line = append(line, s...)
	for i, field := 0, line[start:]; i < len(field); i++ {
		if forbidden[field[i]] {
			field[i] = ' '
		}
	}
	return line
}

// errorItem writes an answer that is one error.
func (o *output) errorItem(text string) {
	o.menu([]Item{{Type: TypeError, Name: text}}, "", 0) // it leads nowhere
}
