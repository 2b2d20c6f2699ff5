package middleware

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A transliterator converts UTF-8 to a charset. Characters that the charset lacks are
// replaced by others that read alike, or by "?".
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

// encode returns s in the charset. Before that, combining marks are joined with their
// letters, because charsets have "é" but not "e" and an accent.
func (c charset) encode(s string) string {
	out, _, _ := transform.String(c.transliterator(), norm.NFC.String(s)) // never fails
	return out
}

// A composer joins combining marks with their letters, like norm.NFC, in a text that comes
// in pieces. Unlike norm.NFC it does not hold back a line end until it has seen the next
// character: no mark can join with a line end, and clients should see each line when it is
// written.
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

// maxTransliterated is how many bytes a character may become. The most are needed for
// U+FDFA, which stands for eighteen letters.
const maxTransliterated = 128

// appendRune appends r in the charset, or its replacement, to dst.
func (t *transliterator) appendRune(dst []byte, r rune) []byte {
	if out, ok := t.appendExact(dst, r); ok {
		return out
	}
	if unicode.In(r, unicode.Mn, unicode.Cf) {
		return dst // a combining mark or an invisible character: the text can be read without it
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

// firstLatin1 is the first character after the control characters U+0080 to U+009F. Those
// become "?": where they are one byte, terminals obey them.
const firstLatin1 = '\u00a0'

// appendExact appends r to dst and returns true if the charset has r.
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

// inWords has the replacements, in ASCII, for characters that Unicode does not decompose.
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
