package framing

import "bufio"

// A Writer frames a text on its way to W: every line ends CRLF, and unless Plain a
// line that starts with a period gets one more. RFC 1436 section 3.3 and the appendix
// on TextBlock.
type Writer struct {
	W     *bufio.Writer
	Plain bool

	began   bool // something was written
	midLine bool // the last byte written did not end a line
	afterCR bool // the last byte read was CR
}

// Write writes any part of the text: a call may begin and end within a line. The error
// is that of W.
func (t *Writer) Write(p []byte) (int, error) {
	return writeText(t, p)
}

// WriteString is Write for a string, which it does not copy.
func (t *Writer) WriteString(s string) (int, error) {
	return writeText(t, s)
}

func writeText[S []byte | string](t *Writer, p S) (int, error) {
	for rest := p; len(rest) > 0; {
		if t.afterCR && rest[0] == '\n' {
			t.afterCR = false // the line was ended when its CR came
			rest = rest[1:]
			continue
		}
		t.afterCR = false
		n := indexLineEnd(rest)
		if !t.midLine && !t.Plain && rest[0] == Final[0] {
			t.W.WriteByte(Final[0])
		}
		ended := n < len(rest)
		write(t.W, rest[:n])
		if ended {
			t.afterCR = rest[n] == '\r'
			t.W.WriteString(LineEnd)
			n++
		}
		t.midLine, t.began = !ended, true
		rest = rest[n:]
	}
	// The errors of the writes above stay in W, which returns them from now on.
	_, err := t.W.Write(nil)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close ends the last line and, unless Plain, the text. A text without a line
// becomes one empty line, because sacc and elpher take no bytes at all for an error.
// Close does not flush W.
func (t *Writer) Close() {
	if t.midLine || !t.began {
		t.W.WriteString(LineEnd)
	}
	if !t.Plain {
		t.W.WriteString(Final + LineEnd)
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
