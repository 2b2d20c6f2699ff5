package framing

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// NewReader returns a reader of the text that r has in its framing: lines end LF,
// doubled periods at their start are single, and the final period is gone. A period
// alone on a line that is not the last comes from a server that does not double them,
// and stays. It is the last if r fails with os.ErrDeadlineExceeded after it.
func NewReader(r io.Reader) io.Reader {
	return &reader{r: bufio.NewReader(r)}
}

type reader struct {
	r       *bufio.Reader
	midLine bool // the last byte read did not end a line
	ended   bool // the final period was read
}

// Read returns what has arrived. It waits only while it has nothing to return.
func (t *reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && (n == 0 || t.ready()) {
		c, err := t.next()
		if err != nil && n > 0 {
			break // the next call fails again
		}
		if err != nil {
			return 0, err
		}
		p[n] = c
		n++
	}
	return n, nil
}

// ready reports whether next can return a byte, or the end, without waiting for r.
func (t *reader) ready() bool {
	const most = len(Final + LineEnd + "x") // that next looks at
	ahead, _ := t.r.Peek(min(t.r.Buffered(), most))
	switch {
	case len(ahead) == 0:
		return false
	case ahead[0] == '\r':
		return len(ahead) > 1
	case ahead[0] == Final[0] && !t.midLine:
		return len(ahead) == most
	}
	return true
}

// next returns the next byte of the text.
func (t *reader) next() (byte, error) {
	if t.ended {
		return 0, io.EOF
	}
	c, err := t.r.ReadByte()
	if err != nil {
		return 0, err
	}
	if !t.midLine && c == Final[0] {
		if t.ended = t.last(); t.ended {
			return 0, io.EOF
		}
		if second, err := t.r.Peek(1); err == nil && second[0] == Final[0] {
			t.r.ReadByte()
		}
	}
	if c == '\r' {
		if second, err := t.r.Peek(1); err == nil && second[0] == '\n' {
			t.r.ReadByte()
			c = '\n'
		}
	}
	t.midLine = c != '\n'
	return c, nil
}

// last reports whether nothing follows the period that was read but an end of line. It
// waits for no more than decides.
func (t *reader) last() bool {
	for _, end := range []string{"\n", LineEnd} {
		ahead, err := t.r.Peek(1)
		if len(ahead) == 0 {
			return err == io.EOF
		}
		if ahead[0] != end[0] {
			continue
		}
		if ahead, _ = t.r.Peek(len(end)); string(ahead) != end {
			return false
		}
		_, err = t.r.Peek(len(end) + 1)
		return err == io.EOF || errors.Is(err, os.ErrDeadlineExceeded)
	}
	return false
}
