package web

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/internal/answer"
)

// menuPage answers with a page for a menu that write writes as it is sent over Gopher, where
// items have no dates, so that there is no feed.
func (a *reply) menuPage(write func(io.Writer) error) error {
	if a.feed {
		return a.failure(gopherframe.NotFound(""))
	}
	p := a.newPage("")
	if a.typ == gopherframe.TypeSearch {
		p.Search = &search{Action: a.site.Prefix + a.path(), Label: "Search again", Query: shown(a.query)}
	}
	page := a.newPageWriter(p)
	if a.isHead() {
		return page.headOnly()
	}
	menu := &menuStream{pageWriter: page}
	lines := &lineWriter{show: menu.show}
	if err := write(lines); err != nil {
		return err
	}
	if err := lines.flushRest(); err != nil {
		return err
	}
	if err := page.begin(""); err != nil {
		return err
	}
	if err := menu.add(menu.closing()...); err != nil {
		return err
	}
	return page.end("")
}

// A menuStream shows a menu part by part. Lines, or links, that come in several parts stay
// together.
type menuStream struct {
	*pageWriter
	going bool   // something of the menu has been shown
	open  *block // what has begun and not ended, nil if nothing
}

// show shows whole lines of the menu.
func (s *menuStream) show(lines []byte) error {
	m, err := answer.ParseMenu(bytes.NewReader(lines))
	if err != nil {
		return err
	}
	if err := s.begin(""); err != nil {
		return err
	}
	if err := s.add(s.blocksOf(m.Items)...); err != nil {
		return err
	}
	return s.send()
}

// add adds blocks to the page.
func (s *menuStream) add(blocks ...block) error {
	s.page.Blocks = slices.Values(blocks)
	if err := s.execute("menu.html"); err != nil {
		return err
	}
	s.page.Search = nil // stands above the menu once
	return nil
}

// blocksOf divides the next items. The last run is left open, since it may go on.
func (s *menuStream) blocksOf(items []gopherframe.Item) []block {
	var list []block
	for b := range s.blocks(items, !s.going) {
		s.going = true
		if s.open != nil && b.Heading == "" && (b.Text != nil) == (s.open.Text != nil) {
			b.Begins = false
		} else {
			list = append(list, s.closing()...)
		}
		s.open = nil
		if b.Heading == "" {
			b.Ends, b.Wide = false, true // nobody knows what is to come
			s.open = &b
		}
		list = append(list, b)
	}
	return list
}

// closing returns the block that ends what is open.
func (s *menuStream) closing() []block {
	if s.open == nil {
		return nil
	}
	end := block{Ends: true}
	if s.open.Text != nil {
		end.Text = new(string)
	}
	return []block{end}
}

// A lineWriter shows whole lines as they come, until the one that ends a menu.
type lineWriter struct {
	show  func(lines []byte) error
	rest  []byte
	ended bool
}

// Write shows the lines that are complete.
func (l *lineWriter) Write(p []byte) (int, error) {
	if l.ended {
		return len(p), nil
	}
	l.rest = append(l.rest, p...)
	if len(l.rest) > answer.MaxMenuLine && bytes.IndexByte(l.rest, '\n') < 0 {
		return 0, answer.ErrTooLong
	}
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	whole := l.rest[:end]
	if end == 0 {
		return len(p), nil
	}
	l.rest = append([]byte(nil), l.rest[end:]...)
	text := "\n" + string(whole)
	l.ended = strings.Contains(text, "\n.\r\n") || strings.Contains(text, "\n.\n")
	if err := l.show(whole); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flushRest shows the last line if it has no end.
func (l *lineWriter) flushRest() error {
	if l.ended || len(l.rest) == 0 {
		return nil
	}
	return l.show(l.rest)
}
