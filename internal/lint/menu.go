package lint

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopherframe"
	"gopherframe/internal/answer"
	"gopherframe/internal/framing"
	"gopherframe/layout"
)

const (
	// maxProblems is how many problems of one menu are reported, because a text that
	// is sent as a menu has one in every line.
	maxProblems = 20
	// maxSelector is how many bytes a selector may have: RFC 1436 section 3.9.
	maxSelector = 255
)

// knownTypes are the item types of RFC 1436 section 3.8, and those that all clients have
// learnt since. The original client hides items of other types.
const knownTypes = "0123456789+TgI" + "his"

// IsKnown reports whether clients in general know the item type.
func IsKnown(typ gopherframe.ItemType) bool { return strings.IndexByte(knownTypes, byte(typ)) >= 0 }

// Menu returns what is wrong with a menu, in the order of its lines. It reports also
// what client.ParseMenu forgives. Of more than 20 problems it returns the first 20, and
// one that says so.
func Menu(wire []byte) []Problem {
	l := &linter{}
	l.menu(wire)
	return l.problems
}

type linter struct {
	problems []Problem
	line     int  // of the problems found next
	full     bool // there are more problems than maxProblems
}

func (l *linter) errorf(format string, args ...any)   { l.add(Error, format, args...) }
func (l *linter) warningf(format string, args ...any) { l.add(Warning, format, args...) }

func (l *linter) add(s Severity, format string, args ...any) {
	switch {
	case l.full:
	case len(l.problems) == maxProblems:
		l.full = true
		l.problems = append(l.problems, Problem{l.line, s, "there are more problems, from here on"})
	default:
		l.problems = append(l.problems, Problem{l.line, s, fmt.Sprintf(format, args...)})
	}
}

// menu checks all lines up to the final period, and that nothing follows it.
func (l *linter) menu(wire []byte) {
	if len(wire) == 0 {
		l.errorf("nothing was sent")
		return
	}
	errors, items := 0, 0
	for len(wire) > 0 && !l.full {
		l.line++
		line, rest, ended := bytes.Cut(wire, []byte("\n"))
		wire = rest
		text, crlf := bytes.CutSuffix(line, []byte("\r"))
		switch {
		case !ended:
			l.errorf("the last line has no end: some clients lose it")
		case !crlf:
			l.errorf("the line ends in LF alone, not in CRLF")
		}
		if string(text) == framing.Final {
			if len(rest) > 0 {
				l.line++
				l.errorf("%d bytes follow the final period", len(rest))
			}
			l.onlyErrors(errors, items)
			return
		}
		l.item(string(text))
		items++
		if len(text) > 0 && text[0] == byte(gopherframe.TypeError) {
			errors++
		}
	}
	l.line = 0
	if !l.full {
		l.errorf("there is no final period")
	}
	l.onlyErrors(errors, items)
}

// onlyErrors warns if some of the items are errors, but not all.
func (l *linter) onlyErrors(errors, items int) {
	if errors > 0 && items > errors {
		l.line = 0
		l.warningf("an error item stands among others: some clients then show nothing else")
	}
}

// item checks a line: type name TAB selector TAB host TAB port.
func (l *linter) item(line string) {
	if line == "" {
		l.errorf("the line is empty")
		return
	}
	if n := len(line) + len(framing.LineEnd); n > answer.MaxMenuLine {
		l.errorf("the line has %d bytes with its end", n)
	}
	if !strings.Contains(line, "\t") {
		l.errorf("the line has no TAB, so it is no item")
		return
	}
	typ := line[0]
	fields := strings.Split(line[1:], "\t")
	switch {
	case typ == '\t':
		l.errorf("the line has no type")
	case typ == '.':
		l.errorf(`the type is a period: clients take the line for the end of the menu`)
	case typ <= ' ' || typ >= 0x7F:
		l.errorf("the type is %q", typ)
	case !IsKnown(gopherframe.ItemType(typ)):
		l.warningf("not all clients know the type %q", typ)
	}
	l.characters("name", fields[0], true)
	if n := layout.Width(fields[0]); n > layout.MaxColumns {
		l.warningf("the name takes %d columns, clients show about %d", n, layout.MaxColumns)
	}
	if len(fields) < 4 {
		l.errorf("the line has %d of the four fields name, selector, host and port", len(fields))
		return
	}
	l.link(typ, fields[0], fields[1], fields[2], fields[3])
	if len(fields) > 4 && fields[4] != "+" && fields[4] != "?" {
		l.warningf("behind the port stands %q, which is nothing of Gopher+", fields[4])
	}
}

// link checks the selector, host and port of an item, and that a link has a name.
func (l *linter) link(typ byte, name, selector, host, port string) {
	leads := !gopherframe.ItemType(typ).LeadsNowhere()
	if leads && strings.TrimSpace(name) == "" {
		l.warningf("the link has no name")
	}
	l.characters("selector", selector, false)
	switch {
	case !leads || IsURL(selector):
	case len(selector) > maxSelector:
		l.warningf("the selector has %d bytes, more than %d", len(selector), maxSelector)
	case strings.Contains(selector, "#"):
		l.warningf("some clients cut the selector at the #")
	case strings.ContainsFunc(selector, func(r rune) bool { return r > unicode.MaxASCII }):
		l.warningf("some clients cannot ask for a selector that is not ASCII")
	}
	switch {
	case host == "" && leads:
		l.errorf("the host is empty")
	case host == "":
		l.warningf("the host is empty")
	case !leads:
	case !framing.IsHost(host):
		l.errorf("no host is called %q", host)
	case strings.Contains(host, ":"):
		l.warningf("not all clients can follow a link to an IPv6 address")
	}
	number, err := strconv.ParseUint(port, 10, 16)
	switch {
	case port == "":
		l.errorf("the port is empty")
	case err != nil:
		l.errorf("the port is %q, not a number up to 65535", port)
	case number == 0 && leads:
		l.errorf("the port is 0")
	}
}

// IsURL reports whether a selector stands for a URL outside Gopher: "URL:" and the URL.
// Some servers put a slash before it.
func IsURL(selector string) bool {
	return strings.HasPrefix(strings.TrimPrefix(selector, "/"), framing.URLPrefix)
}

// characters looks for control characters and bytes that are not UTF-8. Where mayEscape
// is true, an escape sequence is only a warning: servers colour names with them.
func (l *linter) characters(field, s string, mayEscape bool) {
	for _, r := range s {
		if r == 0x1B && mayEscape {
			l.warningf("there is an escape sequence in the %s: not all clients show it as meant", field)
			return
		}
		if unicode.IsControl(r) {
			l.errorf("there is a control character in the %s: %q", field, r)
			return
		}
	}
	if !utf8.ValidString(s) {
		l.warningf("the %s is not UTF-8: clients have to guess", field)
	}
}
