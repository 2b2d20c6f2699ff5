package framing

import "strconv"

// An Item is a line of a menu: RFC 1436 section 3.3.
type Item struct {
	Type                 byte
	LeadsNowhere         bool // it is only there to be read
	Name, Selector, Host string
	Port                 int
}

// Append appends `type name TAB selector TAB host TAB port CRLF` to line, and returns that. An
// item without an address gets the one given. The selector of one that leads nowhere is left out:
// only pages for browsers look at it. Whatever is in the fields, it is one line.
func (it *Item) Append(line []byte, ownHost string, ownPort int) []byte {
	host, port := it.Host, it.Port
	switch {
	case it.LeadsNowhere && host == "":
		host = Nowhere
	case host == "":
		host = ownHost
		if port <= 0 {
			port = ownPort
		}
	case it.LeadsNowhere:
	case port == 0:
		port = DefaultPort
	case port < 0:
		port = ownPort
	}
	line = append(line, it.wireType())
	line = append(appendField(line, it.Name), '\t')
	if !it.LeadsNowhere {
		line = appendField(line, it.Selector)
	}
	line = append(line, '\t')
	line = append(appendField(line, host), '\t')
	line = strconv.AppendInt(line, int64(Port(port)), 10)
	return append(line, LineEnd...)
}

// wireType returns the type byte, SPACE for one that would break the line. A
// period would look like the end of the menu to some clients.
func (it *Item) wireType() byte {
	if forbidden[it.Type] || it.Type == Final[0] {
		return ' '
	}
	return it.Type
}

// forbidden has the bytes of Forbidden.
var forbidden = func() (table [256]bool) {
	for _, b := range []byte(Forbidden) {
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
