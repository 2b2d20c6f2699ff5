package gopherframe

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"

	"gopherframe/internal/framing"
)

// lineLen returns the length of the request line at the start of b and whether
// its end, CRLF, LF or a bare CR, is there.
func lineLen(b []byte) (n int, ended bool) {
	if n = bytes.IndexAny(b, framing.LineEnd); n >= 0 {
		return n, true
	}
	return len(b), false
}

// A wireWriter frames answers. Errors of the bufio.Writer stay until its Flush.
type wireWriter struct {
	*bufio.Writer
	host string // of this server's own items
	port int
}

// menu writes a whole menu: RFC 1436 section 3.3.
func (w wireWriter) menu(items []Item) {
	for i := range items {
		if w.item(&items[i]) != nil {
			return // the client has gone, and a menu can be long
		}
	}
	w.WriteString(framing.Final + framing.LineEnd)
}

// item writes `type name TAB selector TAB host TAB port CRLF`. It returns the error of
// this write, or of an earlier one.
func (w wireWriter) item(it *Item) error {
	host, port := it.Host, it.Port
	switch {
	case it.Type.LeadsNowhere() && host == "":
		host = framing.Nowhere
	case host == "":
		host = w.host
		if port == 0 {
			port = w.port
		}
	case port == 0 && !it.Type.LeadsNowhere():
		port = framing.DefaultPort
	}
	w.WriteByte(it.wireType())
	w.field(it.Name, "\t")
	w.field(it.Selector, "\t")
	w.field(host, "\t")
	w.WriteString(strconv.Itoa(framing.Port(port)))
	_, err := w.WriteString(framing.LineEnd)
	return err
}

// wireType returns the type byte, SPACE for one that would break the line. A
// period would look like the end of the menu to some clients.
func (it *Item) wireType() byte {
	if strings.IndexByte(framing.Forbidden+framing.Final, byte(it.Type)) >= 0 {
		return ' '
	}
	return byte(it.Type)
}

// field writes s so that it stays within its line, and end.
func (w wireWriter) field(s, end string) {
	for {
		i := strings.IndexAny(s, framing.Forbidden)
		if i < 0 {
			break
		}
		w.WriteString(s[:i])
		w.WriteByte(' ')
		s = s[i+1:]
	}
	w.WriteString(s)
	w.WriteString(end)
}

// errorItem writes an answer that is one error.
func (w wireWriter) errorItem(text string) {
	w.menu([]Item{{Type: TypeError, Name: text}})
}
