package gopherframe

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
)

// extensions are those whose type does not depend on the system. Of the types
// that clients know, all others are TypeBinary at best.
var extensions = byExtension(map[ItemType]string{
	TypeText: "adoc asc bat c cc cfg conf cpp css csv diff go h hpp ini java js json log lua " +
		"markdown md mk nfo org patch pl py rb rs rst scm sh sql srt tex text toml ts tsv txt xml yaml yml",
	TypeHTML:  "htm html xhtml",
	TypeGIF:   "gif",
	TypeImage: "avif bmp heic ico jpeg jpg jxl png pnm ppm svg tif tiff webp xbm xpm",
	TypeSound: "aac aif aiff au flac m4a mid midi mp3 oga ogg opus wav",
	TypeBinary: "7z apk avi bin bz2 class deb dll dmg doc docx epub exe gz hqx img iso jar lz4 lzh m4v " +
		"mkv mobi mov mp4 mpeg mpg o odt ogv otf pdf ps rar rpm rtf so tar tgz ttf wasm webm woff woff2 xls xlsx xz zip zst",
})

func byExtension(types map[ItemType]string) map[string]ItemType {
	t := map[string]ItemType{}
	for typ, names := range types {
		for _, name := range strings.Fields(names) {
			t["."+name] = typ
		}
	}
	return t
}

// typeByName returns the type that the extension stands for, 0 if it is unknown.
func typeByName(name string) ItemType {
	return extensions[strings.ToLower(path.Ext(name))]
}

// A signature is how files of a type begin.
type signature struct {
	at   int
	text string
	typ  ItemType
}

// signatures are those of the WHATWG MIME Sniffing Standard which lead to a type
// of their own. net/http knows them too, but would bring the whole network into
// programs that have none.
var signatures = []signature{
	{0, "GIF87a", TypeGIF},
	{0, "GIF89a", TypeGIF},
	{0, "\x89PNG\r\n\x1a\n", TypeImage},
	{0, "\xff\xd8\xff", TypeImage},
	{0, "BM", TypeImage},
	{8, "WEBPVP", TypeImage},
	{0, "ID3", TypeSound},
	{0, "OggS\x00", TypeSound},
	{0, "fLaC\x00", TypeSound},
	{0, ".snd", TypeSound},
	{0, "MThd\x00\x00\x00\x06", TypeSound},
	{8, "WAVE", TypeSound},
}

// sniffLen is how much of a file the type is found out from, in bytes.
const sniffLen = 512

// typeByContent returns the type of a file that begins with head.
func typeByContent(head []byte) ItemType {
	if isText(head) {
		start := strings.ToLower(string(bytes.TrimLeft(head, "\t\n\f\r ")))
		if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
			return TypeHTML
		}
		return TypeText
	}
	for _, sig := range signatures {
		if len(head) >= sig.at && bytes.HasPrefix(head[sig.at:], []byte(sig.text)) {
			return sig.typ
		}
	}
	return TypeBinary
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

// typed returns the type of the open file and all of its content.
func (f *File) typed(src fs.File) (ItemType, io.Reader, error) {
	if f.Type != 0 {
		return f.Type, src, nil
	}
	if typ := typeByName(f.Name); typ != 0 {
		return typ, src, nil
	}
	head := make([]byte, sniffLen)
	n, err := io.ReadFull(src, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return 0, nil, err
	}
	head = head[:n]
	if seeker, ok := src.(io.Seeker); ok {
		if _, err := seeker.Seek(0, io.SeekStart); err != nil {
			return 0, nil, err
		}
		return typeByContent(head), src, nil
	}
	return typeByContent(head), io.MultiReader(bytes.NewReader(head), src), nil
}

// sniff opens the file to find out its type.
func (f *File) sniff() (ItemType, error) {
	src, _, err := f.open()
	if err != nil {
		return 0, err
	}
	defer src.Close()
	typ, _, err := f.typed(src)
	return typ, err
}
