package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gopherframe/internal/framing"
)

// Width returns how many cells of a terminal s takes: one for most characters, two for
// those of Chinese, Japanese and Korean and for emoji, none for combining marks, control
// characters and escape sequences for colours.
func Width(s string) int {
	total := 0
	for len(s) > 0 {
		n, width := cluster(s)
		total += width
		s = s[n:]
	}
	return total
}

const (
	joiner     = '\u200D' // ZERO WIDTH JOINER: makes one emoji of two
	emojiStyle = '\uFE0F' // VARIATION SELECTOR-16: shows the character before it as an emoji
)

// cluster returns the length in bytes of the first unit of s that must not be split, and
// how many cells it takes: a character with its marks, an emoji of several characters,
// a flag, or an escape sequence for colours. It is a simplification of UAX #29 and
// UAX #11. s must not be empty.
func cluster(s string) (n, width int) {
	if n := colourLen(s); n > 0 {
		return n, 0
	}
	r, n := utf8.DecodeRuneInString(s)
	width = runeCells(r)
	if isFlagHalf(r) {
		if second, size := utf8.DecodeRuneInString(s[n:]); isFlagHalf(second) {
			n, width = n+size, 2
		}
	}
	symbol := r >= utf8.RuneSelf && unicode.Is(unicode.So, r) // as emojis are
	joined := false
	for n < len(s) && s[n] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(s[n:])
		isEmoji := symbol && (joined && unicode.Is(unicode.So, r) || isSkinTone(r))
		switch {
		case isEmoji || r == emojiStyle && width == 1:
			width = 2
		case !isMark(r) && !unicode.Is(unicode.Mc, r):
			return n, width
		}
		joined = r == joiner
		n += size
	}
	return n, width
}

// runeCells returns how many cells a character takes if it stands alone.
func runeCells(r rune) int {
	switch {
	case ' ' <= r && r <= '~':
		return 1
	case strings.ContainsRune(framing.Forbidden, r):
		return 1 // a menu line has SPACE in its place
	case isMark(r), unicode.IsControl(r):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// isMark reports whether r is shown within the cells of the character before it,
// or not at all. The ranges are the vowels and final consonants of Hangul.
func isMark(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || 0x1160 <= r && r <= 0x11FF || 0xD7B0 <= r && r <= 0xD7FB
}

func isSkinTone(r rune) bool { return 0x1F3FB <= r && r <= 0x1F3FF }

func isFlagHalf(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

// colourLen returns the length of the escape sequence, ECMA-48 SGR, that s begins
// with, 0 if there is none.
func colourLen(s string) int {
	params, ok := strings.CutPrefix(s, "\x1b[")
	if !ok {
		return 0
	}
	rest := strings.TrimLeft(params, "0123456789;:")
	if !strings.HasPrefix(rest, "m") {
		return 0
	}
	return len(s) - len(rest) + 1
}
