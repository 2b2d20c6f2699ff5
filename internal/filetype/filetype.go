// Package filetype finds the item type of a file, by its name and by its content. An
// item type is the byte that it is in a menu.
package filetype

import (
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"path"
	"strings"
)

// The item types that files have: RFC 1436 section 3.8, and since then custom.
const (
	text   = '0'
	binary = '9'
	gif    = 'g'
	html   = 'h'
	image  = 'I'
	sound  = 's'
)

// extensions has a type for each extension, with its period, whose meaning does not
// depend on the system.
var extensions = byExtension(map[byte]string{
	text: "adoc asc bat c cc cfg conf cpp css csv diff go h hpp ini java js json log lua " +
		"markdown md mk nfo org patch pl py rb rs rst scm sh sql srt tex text toml ts tsv txt xml yaml yml",
	html:  "htm html xhtml",
	gif:   "gif",
	image: "avif bmp heic ico jpeg jpg jxl png pnm ppm svg tif tiff webp xbm xpm",
	sound: "aac aif aiff au flac m4a mid midi mp3 oga ogg opus wav",
	binary: "7z apk avi bin bz2 class deb dll dmg doc docx epub exe gz hqx img iso jar lz4 lzh m4v " +
		"mkv mobi mov mp4 mpeg mpg o odt ogv otf pdf ps rar rpm rtf so tar tgz ttf wasm webm woff woff2 xls xlsx xz zip zst",
})

func byExtension(types map[byte]string) map[string]byte {
	t := map[string]byte{}
	for typ, names := range types {
		for _, name := range strings.Fields(names) {
			t["."+name] = typ
		}
	}
	return t
}

// ByName returns the type that the extension of name stands for, 0 if it is unknown. The first of
// more that has the extension decides, and the table of this package if none has it.
func ByName(name string, more ...Extensions) byte {
	ext := strings.ToLower(path.Ext(name))
	for _, types := range more {
		if typ, ok := types[ext]; ok {
			return typ
		}
	}
	return extensions[ext]
}

// A signature is how files of a type begin.
type signature struct {
	at   int // the offset of the bytes
	head string
	typ  byte
}

// signatures are those of the WHATWG MIME Sniffing Standard which lead to a type
// of their own. net/http knows them too, but would bring the whole network into
// programs that have none.
var signatures = []signature{
	{0, "GIF87a", gif},
	{0, "GIF89a", gif},
	{0, "\x89PNG\r\n\x1a\n", image},
	{0, "\xff\xd8\xff", image},
	{0, "BM", image},
	{8, "WEBPVP", image},
	{0, "ID3", sound},
	{0, "OggS\x00", sound},
	{0, "fLaC\x00", sound},
	{0, ".snd", sound},
	{0, "MThd\x00\x00\x00\x06", sound},
	{8, "WAVE", sound},
}

// sniffLen is how much of a file the type is found out from, in bytes.
const sniffLen = 512

// ByContent returns the type of a file that begins with head; what is beyond its first 512
// bytes does not matter.
func ByContent(head []byte) byte {
	head = head[:min(len(head), sniffLen)]
	if isText(head) {
		start := strings.ToLower(string(bytes.TrimLeft(head, "\t\n\f\r ")))
		if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
			return html
		}
		return text
	}
	for _, sig := range signatures {
		if len(head) >= sig.at && bytes.HasPrefix(head[sig.at:], []byte(sig.head)) {
			return sig.typ
		}
	}
	return binary
}

// isText reports whether head has no byte that text does not have: the binary
// data bytes of the standard. Any other may be of an old character set.
func isText(head []byte) bool {
	for _, b := range head {
		if b < ' ' && strings.IndexByte("\t\n\f\r\x1b", b) < 0 {
			return false
		}
	}
	return true
}

// Of returns the type of the open file f called name, and a reader of all of its content.
// The type is known, unless that is 0; else the name tells it, or the beginning of f, which Of
// reads only then. The error is that of f.
func Of(known byte, name string, f fs.File) (typ byte, content io.Reader, err error) {
	if typ = cmp.Or(known, ByName(name)); typ != 0 {
		return typ, f, nil
	}
	head := make([]byte, sniffLen)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return 0, nil, err
	}
	head = head[:n]
	if seeker, ok := f.(io.Seeker); ok {
		if _, err := seeker.Seek(0, io.SeekStart); err != nil {
			return 0, nil, err
		}
		return ByContent(head), f, nil
	}
	return ByContent(head), io.MultiReader(bytes.NewReader(head), f), nil
}
