// Package answer reads answers as clients do.
package answer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

const (
	// MaxMenu is how many bytes of a menu are read, because some never end and all of it
	// is held in memory. The listing of a directory with 100,000 files has fewer.
	MaxMenu = 16 << 20
	// MaxMenuLine is how many bytes a line of a menu may have, its end included.
	MaxMenuLine = 64 << 10
	// maxItems bounds the memory of a menu: an item takes up to 200 bytes besides its
	// text, so that 16 MiB of empty lines took 3.4 GiB. Package files lists up to 100,000
	// entries.
	maxItems = 200_000
)

// ErrTooLong is client.ErrTooLong.
var ErrTooLong = errors.New("client: the answer is too long")

// ParseMenu is client.ParseMenu.
func ParseMenu(r io.Reader) (*gopherframe.Menu, error) {
	m := gopherframe.NewMenu()
	items := NewMenuReader(r)
	for {
		it, err := items.Next()
		switch {
		case err == io.EOF:
			return m, nil
		case err != nil:
			return m, err
		case len(m.Items) == maxItems:
			return m, fmt.Errorf("%w: a menu of more than %d items", ErrTooLong, maxItems)
		}
		m.Add(it)
	}
}

// A MenuReader reads a menu item by item, as ParseMenu reads all of it.
type MenuReader struct {
	lines *bufio.Reader
	err   error // of the first Next that failed, and of all that follow
}

// NewMenuReader returns a MenuReader for the menu in r.
func NewMenuReader(r io.Reader) *MenuReader {
	return &MenuReader{lines: bufio.NewReaderSize(r, MaxMenuLine)}
}

// Next returns the next item, and io.EOF after the last one. Other errors are those of r
// and of a line that is too long. After an error Next returns it again.
func (m *MenuReader) Next() (gopherframe.Item, error) {
	if m.err != nil {
		return gopherframe.Item{}, m.err
	}
	line, err := m.lines.ReadSlice('\n')
	switch {
	case err == bufio.ErrBufferFull:
		m.err = fmt.Errorf("%w: a line of more than %d bytes", ErrTooLong, MaxMenuLine)
	case err == io.EOF && len(line) > 0: // the last line has no end
	case err != nil:
		m.err = err // the line may be cut anywhere, so it is no item
	}
	text := string(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")))
	if m.err == nil && text == framing.Final {
		m.err = io.EOF
	}
	if m.err != nil {
		return gopherframe.Item{}, m.err
	}
	return parseItem(text), nil
}

// Waits reports whether Next would have to read from r, which may wait, because no whole
// line has been read so far.
func (m *MenuReader) Waits() bool {
	arrived, _ := m.lines.Peek(m.lines.Buffered())
	return m.err == nil && bytes.IndexByte(arrived, '\n') < 0
}

// parseItem parses a line without its end.
func parseItem(line string) gopherframe.Item {
	head, rest, found := strings.Cut(line, "\t")
	if !found || head == "" {
		return gopherframe.Item{Type: gopherframe.TypeInfo, Name: line}
	}
	fields := append(strings.Split(rest, "\t"), "", "") // Gopher+ fields may follow
	it := gopherframe.Item{Type: gopherframe.ItemType(head[0]), Name: head[1:], Selector: fields[0], Host: fields[1]}
	if port, err := strconv.ParseUint(strings.TrimSpace(fields[2]), 10, 16); err == nil {
		it.Port = int(port)
	}
	if it.Type.LeadsNowhere() && it.Host == framing.Nowhere && it.Port == 0 {
		it.Host = ""
	}
	return it
}
