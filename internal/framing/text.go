package framing

import (
	"bytes"
	"strings"
)

// A Text frames a text that comes in pieces: every line ends CRLF, and unless Plain a
// line that starts with a period gets one more. RFC 1436 section 3.3 and the appendix
// on TextBlock. The zero Text is at the start of a text.
type Text struct {
	Plain bool

	began   bool // there was a piece
	midLine bool // the last piece did not end with the end of a line
	afterCR bool // the last piece ended in CR
}

// Append appends the next piece of the text, framed, to dst and returns that. A piece may
// begin and end anywhere, also between CR and LF. Framed it is at most twice as long.
func (t *Text) Append(dst, piece []byte) []byte { return appendText(t, dst, piece) }

// AppendString is Append for a string, which it does not copy.
func (t *Text) AppendString(dst []byte, piece string) []byte { return appendText(t, dst, piece) }

func appendText[S []byte | string](t *Text, dst []byte, piece S) []byte {
	if t.afterCR && len(piece) > 0 && piece[0] == '\n' {
		t.afterCR = false // the line was ended when its CR came
		piece = piece[1:]
	}
	if len(piece) == 0 {
		return dst
	}
	t.began, t.afterCR = true, piece[len(piece)-1] == '\r'
	// Each is looked for again only when it is behind: a text may have but one of them.
	cr, lf := next(piece, '\r', 0), next(piece, '\n', 0)
	for start := 0; start < len(piece); {
		if piece[start] == Final[0] && !t.midLine && !t.Plain {
			dst = append(dst, Final...)
		}
		end := min(cr, lf)
		dst = append(dst, piece[start:end]...)
		t.midLine = end == len(piece)
		if t.midLine {
			break
		}
		dst = append(dst, LineEnd...)
		start = end + 1
		if end == cr {
			if lf == start && start < len(piece) {
				start++
			}
			cr = next(piece, '\r', start)
		}
		if lf < start {
			lf = next(piece, '\n', start)
		}
	}
	return dst
}

// AppendEnd appends the end of the last line and, unless Plain, of the text. A text without
// a line becomes one empty line, because sacc and elpher take no bytes at all for an error.
func (t *Text) AppendEnd(dst []byte) []byte {
	if t.midLine || !t.began {
		dst = append(dst, LineEnd...)
	}
	if !t.Plain {
		dst = append(dst, Final+LineEnd...)
	}
	return dst
}

// next returns where the first c at or behind start is in p, len(p) if there is none.
func next[S []byte | string](p S, c byte, start int) int {
	i := -1
	switch rest := any(p[start:]).(type) {
	case []byte:
		i = bytes.IndexByte(rest, c)
	case string:
		i = strings.IndexByte(rest, c)
	}
	if i < 0 {
		return len(p)
	}
	return start + i
}
