package cgi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/internal/framing"
)

// maxMapLine bounds a line of a map, in bytes: an endless one would take all memory.
const maxMapLine = 8 << 10

var errLongLine = fmt.Errorf("cgi: a line of the map is longer than %d bytes", maxMapLine)

// mapLines makes the lines of a menu of what a program prints, a gophermap, as it comes.
type mapLines struct {
	parser func(text string) *gophermap.Map
	host   string // that items without a host lead to
	port   int
	w      io.Writer
	log    *slog.Logger
	rest   []byte // the beginning of a line
	ended  bool   // the line that ends a menu was there
	warned bool
}

// take sends the items of all lines that p completes.
func (m *mapLines) take(p []byte) error {
	end := bytes.LastIndexByte(p, '\n') + 1
	lines := p[:end]
	if len(m.rest) > 0 && end > 0 {
		lines, m.rest = append(m.rest, lines...), nil
	}
	m.rest = append(m.rest, p[end:]...)
	if len(m.rest) > maxMapLine {
		m.log.Error("gopherframe: a program was ended", "error", errLongLine.Error())
		return errLongLine
	}
	return m.parse(lines)
}

// end adds the last line, which may lack its end, and the end of the menu.
func (m *mapLines) end() error {
	if err := m.parse(m.rest); err != nil {
		return err
	}
	return m.send(nil, true)
}

// send sends items at once, and the end of the menu if they are the last ones. Package gopherframe writes
// them, as a menu of their own.
func (m *mapLines) send(items []gopherframe.Item, last bool) error {
	var menu bytes.Buffer
	rw := struct {
		io.Reader
		io.Writer
	}{strings.NewReader("\n"), &menu}
	answer := func(*gopherframe.Request) gopherframe.Response { return &gopherframe.Menu{Items: items} }
	if _, err := gopherframe.Serve(context.Background(), rw, answer, gopherframe.Info{Host: m.host, Port: m.port}); err != nil {
		return err
	}
	lines := menu.Bytes()
	if !last {
		lines = bytes.TrimSuffix(lines, []byte(framing.Final+framing.LineEnd))
	}
	_, err := m.w.Write(lines)
	return err
}

// parse sends the items of whole lines.
func (m *mapLines) parse(text []byte) error {
	if m.ended || len(text) == 0 {
		return nil
	}
	text, m.ended = untilFinal(text)
	parsed := m.parser(string(text))
	if len(parsed.Problems) > 0 && !m.warned {
		m.warned = true
		m.log.Warn("gopherframe: bad line of a program is shown as text", "error", parsed.Problems[0].Err.Error())
	}
	if len(parsed.Items) == 0 {
		return nil
	}
	return m.send(parsed.Items, false)
}

// untilFinal returns the lines before one that is a period alone, and whether there is such a line.
func untilFinal(text []byte) ([]byte, bool) {
	at := 0
	for line := range bytes.Lines(text) {
		if string(bytes.TrimRight(line, "\r\n")) == framing.Final {
			return text[:at], true
		}
		at += len(line)
	}
	return text, false
}
