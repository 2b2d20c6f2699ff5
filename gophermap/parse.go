// Package gophermap reads the dialect in which authors write menus, the text of a file
// called gophermap: docs/gophermap.md describes it. It reads no files and logs nothing;
// package files serves directories with gophermaps in them.
package gophermap

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

// A Map is a gophermap that was read.
type Map struct {
	Items    []gopherframe.Item // in the order of the text
	Lines    []int              // Lines[i] is the line of the text, from 1, that has Items[i]
	Problems []Problem          // in the order of the text, at most MaxProblems
	More     bool               // the text has more than MaxItems items, of which Items has the first
}

const (
	// MaxItems is how many items a Map has at most: a megabyte of empty lines would
	// otherwise take three hundred of memory.
	MaxItems = 100_000
	// MaxProblems is how many problems are told: a text that is no gophermap may have
	// one in every line.
	MaxProblems = 1_000
)

// A Problem is a line that makes no sense. Its item shows it as text.
type Problem struct {
	Line int   // from 1
	Err  error // names the part that is wrong, and the remedy
}

// Error returns the problem with its line.
func (p Problem) Error() string { return fmt.Sprintf("line %d: %v", p.Line, p.Err) }

// Unwrap returns Err.
func (p Problem) Unwrap() error { return p.Err }

// Parse reads a gophermap. base is put before relative selectors: it is the selector of the
// directory with a slash at its end, "" for the root.
func Parse(text, base string) *Map {
	m := &Map{}
	for number, line := range lines(text) {
		if len(m.Items) == MaxItems {
			m.More = true
			break
		}
		it, err := parseLine(line, base)
		if err != nil {
			if len(m.Problems) < MaxProblems {
				m.Problems = append(m.Problems, Problem{number, err})
			}
			it = gopherframe.Item{Type: gopherframe.TypeInfo, Name: line}
		}
		m.Items = append(m.Items, it)
		m.Lines = append(m.Lines, number)
	}
	return m
}

// lines yields the lines of a gophermap that are no comments, each with its number, from 1,
// and without its end.
func lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		number := 0
		for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) { // a byte order mark
			number++
			if line[0] != '#' && !yield(number, trimLineEnd(line)) {
				return
			}
		}
	}
}

// trimLineEnd returns line without the LF, CR LF or CR at its end.
func trimLineEnd(line string) string {
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
}

// maxFields is how many fields a line has at most: type and name, selector, host, port.
const maxFields = 4

// parseLine reads `Tname TAB selector TAB host TAB port`, of which the fields
// after the first TAB may be missing, or a line without TAB, which is text.
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
	it = gopherframe.Item{Type: gopherframe.ItemType(head[0]), Name: head[1:]}
	if it.Type.LeadsNowhere() {
		return it, nil // the other fields mean nothing
	}
	it.Selector, it.Host = fields[1], strings.TrimSpace(fields[2])
	if n == maxFields {
		if it.Port, err = parsePort(fields[3]); err != nil {
			return it, err
		}
	}
	if it.Selector == "" && it.Host == "" {
		it.Selector = it.Name
	}
	if it.Selector == "" && it.Name == "" {
		return it, errors.New("neither a name nor a selector")
	}
	if it.Host == "" {
		it.Selector = resolve(it.Selector, base)
	}
	return it, nil
}

// parsePort parses the last field of a line, 0 if it is empty. A TAB in it means that there
// are more than four fields.
func parsePort(field string) (int, error) {
	if more := strings.Count(field, "\t"); more > 0 {
		return 0, fmt.Errorf("%d fields: after the name there are at most selector, host and port", maxFields+more)
	}
	field = strings.TrimSpace(field)
	if field == "" {
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
