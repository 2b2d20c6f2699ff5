package cgi

import (
	"bytes"
	"errors"
	"io"
	"log/slog"

	"gopherframe/gophermap"
	"gopherframe/internal/framing"
)

// maxMapLine bounds a line of a map, in bytes: an endless one would take all memory.
const maxMapLine = 8 << 10

var errLongLine = errors.New("cgi: a line of the map is longer than 8192 bytes")

// mapLines makes the lines of a menu of what a program prints, a gophermap, as it comes.
type mapLines struct {
	parser func(text string) *gophermap.Map
	host   string // that items without a host lead to
	port   int
	w      io.Writer
	log    *slog.Logger
	menu   []byte // lines to be sent
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
	m.menu = append(m.menu, framing.Final+framing.LineEnd...)
	return m.send()
}

// send sends what has come, at once.
func (m *mapLines) send() error {
	_, err := m.w.Write(m.menu)
	m.menu = m.menu[:0]
	return err
}

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
	for _, it := range parsed.Items {
		wire := framing.Item{Type: byte(it.Type), LeadsNowhere: it.Type.LeadsNowhere(), Name: it.Name, Selector: it.Selector, Host: it.Host, Port: it.Port}
		m.menu = wire.Append(m.menu, m.host, m.port)
	}
	if len(m.menu) == 0 {
		return nil
	}
	return m.send()
}

// untilFinal returns the lines before one that is a period alone, and whether there is such a line.
func untilFinal(text []byte) ([]byte, bool) {
	at := 0
	for line := range bytes.Lines(text) {
		if string(bytes.TrimRight(line, "\r\n")) == "." {
			return text[:at], true
		}
		at += len(line)
	}
	return text, false
}
