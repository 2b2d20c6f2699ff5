package middleware

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A transliterator writes UTF-8 in a charset, with the words of that charset.
type transliterator struct {
	transform.NopResetter
	enc *encoding.Encoder // nil: ASCII
}

func (c charset) transliterator() *transliterator {
	t := &transliterator{}
	if c.enc != nil {
		t.enc = c.enc.NewEncoder()
	}
	return t
}

// encode returns s in the charset. Accents that stand behind their letter are joined
// with it before, where there is such a letter.
func (c charset) encode(s string) string {
	out, _, _ := transform.String(c.transliterator(), norm.NFC.String(s)) // never fails
	return out
}

// A composer is norm.NFC for a text that comes in pieces: it joins accents with the letter
// before them. Unlike norm.NFC it does not hold back a line end, which no accent can be
// joined with: clients see each line when it was written.
type composer struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (composer) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	lines := bytes.LastIndexByte(src, '\n') + 1
	nDst, nSrc, err = norm.NFC.Transform(dst, src[:lines], true)
	if err != nil || nSrc < lines {
		return nDst, nSrc, err
	}
	n, m, err := norm.NFC.Transform(dst[nDst:], src[lines:], atEOF)
	return nDst + n, nSrc + m, err
}

// Transform implements transform.Transformer.
func (t *transliterator) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	var room [maxTransliterated]byte
	for nSrc < len(src) {
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		out := t.appendRune(room[:0], r)
		if len(out) > len(dst)-nDst {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], out)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// maxTransliterated is more than any character becomes, in bytes: U+FDFA, eighteen
// letters, is the longest.
const maxTransliterated = 128

// appendRune appends r, or what is put for it, to dst.
func (t *transliterator) appendRune(dst []byte, r rune) []byte {
	if out, ok := t.appendExact(dst, r); ok {
		return out
	}
	if unicode.In(r, unicode.Mn, unicode.Cf) {
		return dst // an accent, or a hint: nothing is lost that could be read
	}
	words, ok := inWords[r]
	if !ok {
		words = norm.NFKD.String(string(r))
	}
	out := dst
	for _, part := range words {
		var ok bool
		if unicode.Is(unicode.Mn, part) {
			continue
		}
		if plain, found := inWords[part]; found && len(plain) == 1 {
			part = rune(plain[0])
		}
		if out, ok = t.appendExact(out, part); !ok {
			return append(dst, '?')
		}
	}
	return out
}

// firstLatin1 is the first character after those that steer terminals, which matter
// where they are one byte.
const firstLatin1 = '\u00a0'

// appendExact appends r if the charset has it.
func (t *transliterator) appendExact(dst []byte, r rune) ([]byte, bool) {
	if r < utf8.RuneSelf && t.enc == nil {
		return append(dst, byte(r)), true
	}
	if t.enc == nil || r == utf8.RuneError || r >= utf8.RuneSelf && r < firstLatin1 {
		return dst, false
	}
	var src [utf8.UTFMax]byte
	var out [16]byte
	t.enc.Reset()
	n, _, err := t.enc.Transform(out[:], src[:utf8.EncodeRune(src[:], r)], true)
	return append(dst, out[:n]...), err == nil
}

// inWords has what people write who lack a character, where Unicode does not know.
var inWords = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '‹': "<", '›': ">",
	'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-",
	'•': "*", '·': ".", '×': "x", '÷': "/", '⁄': "/", '¦': "|",
	'←': "<-", '→': "->", '↑': "^", '↓': "v", '€': "EUR", '£': "GBP", '©': "(c)", '®': "(R)",
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE",
	'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th", 'ł': "l", 'Ł': "L", 'ı': "i",
	'─': "-", '━': "-", '═': "=", '│': "|", '┃': "|", '║': "|",
	'┌': "+", '┐': "+", '└': "+", '┘': "+", '├': "+", '┤': "+", '┬': "+", '┴': "+", '┼': "+",
	'╔': "+", '╗': "+", '╚': "+", '╝': "+", '╭': "+", '╮': "+", '╰': "+", '╯': "+",
}
