package cgi

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

// linked returns h with menus whose items lead back to the program.
func (c *call) linked(h gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		switch resp := h(q).(type) {
		case *gopherframe.Menu:
			return c.menu(resp)
		case *gopherframe.Stream:
			return c.stream(q, resp)
		default:
			return resp
		}
	}
}

// menu returns a copy: the app may keep its menu.
func (c *call) menu(m *gopherframe.Menu) gopherframe.Response {
	if m == nil {
		return m
	}
	items := make([]gopherframe.Item, len(m.Items))
	for i, item := range m.Items {
		if item.Host == "" && item.Port == 0 {
			item.Selector = c.link(item.Type, item.Selector)
		}
		items[i] = item
	}
	return &gopherframe.Menu{Items: items}
}

// link returns the selector of an item of this server as clients have to send it.
func (c *call) link(typ gopherframe.ItemType, selector string) string {
	if typ.LeadsNowhere() || typ == gopherframe.TypeTelnet || strings.HasPrefix(selector, framing.URLPrefix) {
		return selector
	}
	return c.base + escape(selector)
}

// stream returns s, or if it writes a menu, one that writes the same with links.
func (c *call) stream(q *gopherframe.Request, s *gopherframe.Stream) gopherframe.Response {
	if s == nil || !s.Type.IsMenu() || s.Write == nil {
		return s
	}
	return &gopherframe.Stream{Type: s.Type, Write: func(ctx context.Context, w io.Writer) error {
		lines := &lineWriter{line: func(line string) error {
			_, err := io.WriteString(w, c.relink(q, line)+framing.LineEnd)
			return err
		}}
		if err := s.Write(ctx, lines); err != nil {
			return err
		}
		return lines.end()
	}}
}

// relink returns a line of a menu, with a link if its item is of this server.
func (c *call) relink(q *gopherframe.Request, line string) string {
	item, ok := parseItem(line)
	if !ok || item.Host != q.Host || item.Port != q.Port {
		return line
	}
	fields := strings.Split(line, "\t")
	fields[1] = c.link(item.Type, item.Selector)
	return strings.Join(fields, "\t")
}

// parseItem reads a line of a menu as it is sent. ok is false if it has no four fields.
func parseItem(line string) (item gopherframe.Item, ok bool) {
	fields := strings.Split(line, "\t")
	if len(fields) < 4 || fields[0] == "" {
		return item, false
	}
	port, err := strconv.Atoi(fields[3])
	return gopherframe.Item{Type: gopherframe.ItemType(fields[0][0]), Name: fields[0][1:], Selector: fields[1], Host: fields[2], Port: port}, err == nil
}

// A lineWriter calls line for each line that is written to it, without its end.
type lineWriter struct {
	line func(line string) error
	rest []byte // the beginning of a line whose end has not come
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := strings.TrimSuffix(string(w.rest[:i]), "\r")
		w.rest = w.rest[i+1:]
		if err := w.line(line); err != nil {
			return 0, err
		}
	}
}

// end takes what was written behind the last end of a line for a line.
func (w *lineWriter) end() error {
	if len(w.rest) == 0 {
		return nil
	}
	_, err := w.Write([]byte{'\n'})
	return err
}
