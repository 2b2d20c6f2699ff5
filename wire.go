package gopherframe

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The bytes of RFC 1436, and nothing but them: requests are read and answers
// are framed here, and nowhere else.
const (
	lineEnd   = "\r\n"
	endOfText = "."
	nowhere   = "error.host" // where items lead that lead nowhere
)

// forbidden are the bytes that would end a field of a menu line, or the line.
const forbidden = "\r\n\t\x00"

// lineLen returns the length of the request line at the start of b and whether
// its end, CRLF, LF or a bare CR, is there.
func lineLen(b []byte) (n int, ended bool) {
	if n = bytes.IndexAny(b, lineEnd); n >= 0 {
		return n, true
	}
	return len(b), false
}

// WriteRequest writes a request line: the selector, and behind it the query of a
// search if there is one, and Gopher+ fields. It is an error if one of the fields
// cannot travel in a line.
func WriteRequest(w io.Writer, fields ...string) error {
	for _, field := range fields {
		if strings.ContainsAny(field, forbidden) {
			return fmt.Errorf("gopherframe: %q cannot be asked for: a request has no room for CR, LF, TAB and NUL", field)
		}
	}
	_, err := io.WriteString(w, strings.Join(fields, "\t")+lineEnd)
	return err
}

// A wireWriter frames answers. Its methods do not return errors: those of the
// bufio.Writer stay until Flush.
type wireWriter struct {
	*bufio.Writer
	host string // of this server's own items
	port int
}

// menu writes a whole menu: RFC 1436 section 3.3.
func (w wireWriter) menu(items []Item) {
	for i := range items {
		w.item(&items[i])
	}
	w.WriteString(endOfText + lineEnd)
}

// item writes `type name TAB selector TAB host TAB port CRLF`.
func (w wireWriter) item(it *Item) {
	host, port := it.Host, it.Port
	switch {
	case it.leadsNowhere() && host == "":
		host = nowhere
	case host == "":
		host = w.host
		if port == 0 {
			port = w.port
		}
	case port == 0 && !it.leadsNowhere():
		port = defaultPort
	}
	w.WriteByte(it.wireType())
	w.field(it.Name, "\t")
	w.field(it.Selector, "\t")
	w.field(host, "\t")
	w.WriteString(strconv.Itoa(min(max(port, 0), 65535)))
	w.WriteString(lineEnd)
}

// wireType returns the type byte, SPACE for one that would break the line. A
// period would look like the end of the menu to some clients.
func (it *Item) wireType() byte {
	if strings.IndexByte(forbidden+endOfText, byte(it.Type)) >= 0 {
		return ' '
	}
	return byte(it.Type)
}

// field writes s so that it stays within its line, and end.
func (w wireWriter) field(s, end string) {
	for {
		i := strings.IndexAny(s, forbidden)
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

// A textWriter frames text on its way to w: every line ends CRLF, and unless
// plain a line that starts with a period gets one more. RFC 1436 section 3.3
// and the appendix on TextBlock.
type textWriter struct {
	w       *bufio.Writer
	plain   bool
	began   bool // something was written
	midLine bool // the last byte written did not end a line
	afterCR bool // the last byte read was CR
}

// Write takes any part of the text. Lines may be split between calls.
func (t *textWriter) Write(p []byte) (int, error) {
	return writeText(t, p)
}

// WriteString is Write without the copy.
func (t *textWriter) WriteString(s string) (int, error) {
	return writeText(t, s)
}

func writeText[S []byte | string](t *textWriter, p S) (int, error) {
	for rest := p; len(rest) > 0; {
		if t.afterCR && rest[0] == '\n' {
			t.afterCR = false // of a CRLF that was written at the CR
			rest = rest[1:]
			continue
		}
		t.afterCR = false
		n := indexLineEnd(rest)
		if !t.midLine && !t.plain && rest[0] == endOfText[0] {
			t.w.WriteByte(endOfText[0])
		}
		ended := n < len(rest)
		write(t.w, rest[:n])
		if ended {
			t.afterCR = rest[n] == '\r'
			t.w.WriteString(lineEnd)
			n++
		}
		t.midLine, t.began = !ended, true
		rest = rest[n:]
	}
	// Writing nothing tells of an earlier failure.
	_, err := t.w.Write(nil)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close ends the last line and, unless plain, the text. A text without a line
// becomes one empty line: clients take no bytes at all for an error.
func (t *textWriter) Close() {
	if t.midLine || !t.began {
		t.w.WriteString(lineEnd)
	}
	if !t.plain {
		t.w.WriteString(endOfText + lineEnd)
	}
}

func indexLineEnd[S []byte | string](p S) int {
	for i := range len(p) {
		if p[i] == '\n' || p[i] == '\r' {
			return i
		}
	}
	return len(p)
}

func write[S []byte | string](w *bufio.Writer, p S) {
	switch p := any(p).(type) {
	case string:
		w.WriteString(p)
	case []byte:
		w.Write(p)
	}
}

// NewTextReader returns a reader of the text that r has in its framing for the
// wire. Lines end LF, the period that was put before another is gone, and so is
// the final one. A period alone on a line with more text behind it comes from a
// server that does not stuff, and stays.
func NewTextReader(r io.Reader) io.Reader {
	return &textReader{r: bufio.NewReader(r)}
}

type textReader struct {
	r       *bufio.Reader
	rest    []byte // of the piece being handed out
	piece   [1]byte
	midLine bool
	ended   bool
}

func (t *textReader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(t.rest) == 0 {
			if n > 0 && t.r.Buffered() == 0 {
				break // do not wait for more than was asked for
			}
			if err := t.next(); err != nil {
				if n > 0 {
					break
				}
				return 0, err
			}
		}
		k := copy(p[n:], t.rest)
		t.rest = t.rest[k:]
		n += k
	}
	return n, nil
}

// next reads a byte of the text into rest.
func (t *textReader) next() error {
	if t.ended {
		return io.EOF
	}
	c, err := t.r.ReadByte()
	if err != nil {
		return err
	}
	if !t.midLine && c == endOfText[0] {
		if t.ended = t.last(); t.ended {
			return io.EOF
		}
		if second, err := t.r.Peek(1); err == nil && second[0] == endOfText[0] {
			t.r.ReadByte()
		}
	}
	if c == '\r' {
		if second, err := t.r.Peek(1); err == nil && second[0] == '\n' {
			t.r.ReadByte()
			c = '\n'
		}
	}
	t.piece[0] = c
	t.rest = t.piece[:]
	t.midLine = c != '\n'
	return nil
}

// last reports whether nothing but the end of a line follows the period read.
func (t *textReader) last() bool {
	ahead, err := t.r.Peek(len(lineEnd) + 1)
	return err == io.EOF && (len(ahead) == 0 || string(ahead) == "\n" || string(ahead) == lineEnd)
}
