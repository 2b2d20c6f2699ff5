package web

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"

	"html/template"
)

// textPage answers with the text that write writes.
func (a *reply) textPage(write func(*textWriter) error) error {
	p := a.newPage("")
	p.Plain = a.with("raw")
	page := a.newPageWriter(p)
	if a.isHead() {
		return page.headOnly()
	}
	const opening, closing = "textbegin.html", "textend.html"
	text := &textWriter{}
	text.show = func(s string) error {
		if err := page.begin(opening); err != nil {
			return err
		}
		p.Pieces = pieces(s)
		if err := page.execute("text.html"); err != nil || !text.prompt {
			return err
		}
		return page.send()
	}
	if err := write(text); err != nil {
		return err
	}
	if err := text.flushRest(); err != nil {
		return err
	}
	if err := page.begin(opening); err != nil {
		return err
	}
	return page.end(closing)
}

// A textWriter takes a text in any pieces and shows it piece by piece: with lines that end
// LF, in UTF-8, and with its links found. It is not closed: call flushRest at the end.
type textWriter struct {
	show   func(text string) error
	prompt bool // shows all of every Write at once, even if that cuts a link

	rest    []byte // what may be the beginning of a character, or of a link
	afterCR bool   // the last byte was CR, whose line is ended
}

// maxRest is how long a line may be before it is shown without its end.
const maxRest = 8 << 10

// Write shows as much of the text as can be shown.
func (t *textWriter) Write(p []byte) (int, error) {
	data := append(t.rest, p...)
	whole := len(data) - incomplete(data)
	if !t.prompt {
		if end := bytes.LastIndexAny(data[:whole], "\r\n"); end >= 0 {
			whole = end + 1
		} else if whole < maxRest {
			whole = 0
		}
	}
	text := string(data[:whole])
	t.rest = append([]byte(nil), data[whole:]...)
	if err := t.lines(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flushRest shows what is left.
func (t *textWriter) flushRest() error {
	rest := string(t.rest)
	t.rest = nil
	return t.lines(rest)
}

// lines shows text with lines that end LF.
func (t *textWriter) lines(text string) error {
	if t.afterCR && text != "" {
		text = strings.TrimPrefix(text, "\n")
		t.afterCR = false
	}
	if text == "" {
		return nil
	}
	t.afterCR = strings.HasSuffix(text, "\r")
	if strings.Contains(text, "\r") {
		text = lineEnds.Replace(text)
	}
	return t.show(shown(text))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// incomplete returns how many bytes at the end of b are the beginning of a character that
// has more.
func incomplete(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// shown returns s in UTF-8: bytes that are none are taken for Latin-1, which old sites have.
// NUL, which no page can have, is U+FFFD, as html/template writes it.
func shown(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			r = rune(s[i])
		case r == 0:
			r = utf8.RuneError
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// A piece is a part of a text, which may be a link.
type piece struct {
	Text string
	Href template.URL // "": it is none
}

// pieces divides a text at its links.
func pieces(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		shownTo := 0
		for from := 0; ; {
			start, end, href := nextLink(text, from, shownTo)
			if href == "" && end < 0 {
				break
			}
			from = end
			if href == "" {
				continue
			}
			if start > shownTo && !yield(piece{Text: text[shownTo:start]}) {
				return
			}
			if !yield(piece{text[start:end], template.URL(href)}) {
				return
			}
			shownTo = end
		}
		if shownTo < len(text) {
			yield(piece{Text: text[shownTo:]})
		}
	}
}
