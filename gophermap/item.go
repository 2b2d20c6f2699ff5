package gophermap

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
)

// maxFields is how many fields a line has at most: type and name, selector, host, port.
const maxFields = 4

// parseLine reads `Tname TAB selector TAB host TAB port`, of which the fields
// after the first TAB may be missing, or a line without TAB, which is text. base is put before a
// relative selector, see [Parse].
func parseLine(line, base string) (gopherframe.Item, error) {
	fields, n := split(line)
	return parseFields(fields, n, base)
}

// split divides a line at its first TABs, into n fields.
func split(line string) (fields [maxFields]string, n int) {
	for n < maxFields-1 {
		head, rest, found := strings.Cut(line, "\t")
		if !found {
			break
		}
		fields[n], line = head, rest
		n++
	}
	fields[n] = line
	return fields, n + 1
}

func parseFields(fields [maxFields]string, n int, base string) (it gopherframe.Item, err error) {
	head := fields[0]
	switch {
	case n == 1:
		return gopherframe.Item{Type: gopherframe.TypeInfo, Name: head}, nil
	case head == "":
		return it, errors.New("there is nothing before the first TAB: write the type and the name there")
	}
	if err := checkType(head[0]); err != nil {
		return it, err
	}
	it = gopherframe.Item{Type: gopherframe.ItemType(head[0]), Name: head[1:]}
	if it.Type.LeadsNowhere() {
		if fields[1] == framing.TitleSelector {
			it.Selector = fields[1]
		}
		return it, nil // the other fields mean nothing
	}
	it.Selector, it.Host = fields[1], strings.TrimSpace(fields[2])
	if n == maxFields {
		if it.Port, err = parsePort(fields[3], thisServer); err != nil {
			return it, err
		}
	}
	if it.Selector == "" && it.Host == "" {
		it.Selector = it.Name
	}
	if it.Selector == "" && it.Name == "" {
		return it, errors.New("neither a name nor a selector")
	}
	if it.Host == thisServer {
		it.Host = ""
	}
	if it.Host == "" && it.Selector != "" {
		it.Selector = resolve(it.Selector, base)
	}
	return it, nil
}

// checkType returns an error if no client knows items of the type, as where a text in another
// script, or one that is indented, has a TAB in it.
func checkType(typ byte) error {
	if !filetype.IsType(typ) {
		return fmt.Errorf("type %q: write an item type, as 0 for a text or 1 for a menu, before the name, or take the TAB out of a text", typ)
	}
	return nil
}

// thisServer is the host, and the port, of items that belong to the server of the map: gofish
// and pygopherd have it.
const thisServer = "+"

// parsePort parses the last field of a line, 0 if it is empty or the word for the port of this
// server. A TAB in it means that there are more than four fields.
func parsePort(field, own string) (int, error) {
	if more := strings.Count(field, "\t"); more > 0 {
		return 0, fmt.Errorf("%d fields: after the name there are at most selector, host and port", maxFields+more)
	}
	field = strings.TrimSpace(field)
	if field == "" || field == own {
		return 0, nil
	}
	n, err := strconv.ParseUint(field, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("port %q: write a number from 1 to 65535", field)
	}
	return int(n), nil
}

// resolve returns the selector that a relative one means in the directory base: "." is
// the directory and ".." the one above, at the beginning of the selector or as all of it.
func resolve(selector, base string) string {
	if strings.HasPrefix(selector, "/") || strings.HasPrefix(selector, framing.URLPrefix) {
		return selector
	}
	for {
		first, rest, _ := strings.Cut(selector, "/")
		switch first {
		case ".":
		case "..":
			base = base[:strings.LastIndexByte(strings.TrimSuffix(base, "/"), '/')+1]
		default:
			return base + selector
		}
		selector = rest
	}
}
