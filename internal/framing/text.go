package framing

import "bytes"

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
func (t *Text) Append(dst, piece []byte) []byte {
	if t.afterCR && len(piece) > 0 && piece[0] == '\n' {
		t.afterCR = false // the line was ended when its CR came
		piece = piece[1:]
	}
	if len(piece) == 0 {
		return dst
	}
	t.began, t.afterCR = true, piece[len(piece)-1] == '\r'
	cr := next(piece, 0, '\r') // looked for again only when it is behind: most texts have none
	for start := 0; start < len(piece); {
		if piece[start] == Final[0] && !t.midLine && !t.Plain {
			dst = append(dst, Final[0])
		}
		end := start + next(piece[start:], 0, '\n')
		behind := end + 1
		if cr < end {
			if end, behind = cr, cr+1; behind < len(piece) && piece[behind] == '\n' {
				behind++
			}
			cr = next(piece, behind, '\r')
		}
		dst = append(dst, piece[start:end]...)
		if t.midLine = end == len(piece); t.midLine {
			break
		}
		dst = append(dst, LineEnd[0], LineEnd[1])
		start = behind
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
func next(p []byte, start int, c byte) int {
	if start < len(p) {
		if i := bytes.IndexByte(p[start:], c); i >= 0 {
			return start + i
		}
	}
	return len(p)
}
