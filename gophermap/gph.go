package gophermap

import (
	"errors"
	"fmt"
	"strings"

	"gopherframe"
)

// The words for the host and the port of this server.
const (
	gphHost = "server"
	gphPort = "port"
)

// gphLine reads a line of a .gph file: the manual page of geomyidae, "Anatomy of an index.gph
// file".
func (r *reader) gphLine(line string) (goOn bool) {
	if !strings.HasPrefix(line, "[") {
		r.addText("text", line, strings.TrimPrefix(line, "t"))
		return true
	}
	if text, ok := strings.CutPrefix(line, "[|"); ok { // an entry without a type: how newer versions escape a bracket
		r.addText("text", line, text)
		return true
	}
	fields, ended := gphFields(line[1:])
	if isEntry := len(fields) == gphFieldCount && ended || len(fields) > 1 && len(fields[0]) == 1 && fields[0] != " "; !isEntry {
		r.addText("text, for it is not [type|name|selector|host|port]", line, line)
		return true
	}
	it, err := r.gphItem(fields, ended)
	r.addItem(line, it, err)
	return true
}

// gphFieldCount is how many fields an entry has: type, name, selector, host and port.
const gphFieldCount = 5

// gphFields divides what is behind the first bracket of a line at its pipes; one behind a
// backslash is a part of its field. The last field ends at a bracket, if there is one.
func gphFields(line string) (fields []string, ended bool) {
	var field strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case strings.HasPrefix(line[i:], `\|`):
			i++
			field.WriteByte('|')
		case line[i] == '|':
			fields = append(fields, field.String())
			field.Reset()
		default:
			field.WriteByte(line[i])
		}
	}
	last, _, ended := strings.Cut(field.String(), "]")
	return append(fields, last), ended
}

// gphItem returns the item of an entry.
func (r *reader) gphItem(fields []string, ended bool) (it gopherframe.Item, err error) {
	switch {
	case len(fields) != gphFieldCount:
		return it, fmt.Errorf("%d fields: write [type|name|selector|host|port], or put a t before a text", len(fields))
	case !ended:
		return it, errors.New("there is no ] at the end: write [type|name|selector|host|port], or put a t before a text")
	}
	if err := checkType(fields[0][0]); err != nil {
		return it, err
	}
	it = gopherframe.Item{Type: gopherframe.ItemType(fields[0][0]), Name: fields[1]}
	if it.Type.LeadsNowhere() {
		return it, nil
	}
	it.Selector, it.Host = fields[2], fields[3]
	if it.Host == gphHost {
		it.Host = ""
	}
	if it.Host == "" && it.Selector != "" && !strings.ContainsRune(otherSelectors, rune(it.Type)) {
		it.Selector = resolve(it.Selector, r.Base)
	}
	it.Port, err = parsePort(fields[4], gphPort)
	return it, err
}

// otherSelectors are the types whose selector is no path: of a phone book, of telnet and tn3270,
// and of a page of the web.
const otherSelectors = "28Tw"
