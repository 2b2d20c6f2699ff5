package web

import (
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"gopherframe"
)

const (
	mimePlain   = "text/plain; charset=utf-8"
	mimeUnknown = "text/plain" // in another character set
	mimeHTML    = "text/html; charset=utf-8"
	mimeBinary  = "application/octet-stream"
	mimeCSS     = "text/css; charset=utf-8"
)

// mimes has the media types of files by extension, without its period. The system's table
// differs from machine to machine. Texts are not in it: they are plain, whatever language
// they are in, so that no browser runs them.
var mimes = map[string]string{
	"css": mimeCSS, "htm": mimeHTML, "html": mimeHTML, "xhtml": mimeHTML,

	"avif": "image/avif", "bmp": "image/bmp", "gif": "image/gif", "heic": "image/heic", "ico": "image/x-icon",
	"jpeg": "image/jpeg", "jpg": "image/jpeg", "jxl": "image/jxl", "png": "image/png", "svg": "image/svg+xml",
	"tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp",

	"aac": "audio/aac", "aif": "audio/aiff", "aiff": "audio/aiff", "au": "audio/basic", "flac": "audio/flac",
	"m4a": "audio/mp4", "mid": "audio/midi", "midi": "audio/midi", "mp3": "audio/mpeg", "oga": "audio/ogg",
	"ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",

	"7z": "application/x-7z-compressed", "avi": "video/x-msvideo", "bz2": "application/x-bzip2",
	"doc": "application/msword", "epub": "application/epub+zip", "gz": "application/gzip", "jar": "application/java-archive",
	"m4v": "video/mp4", "mkv": "video/x-matroska", "mov": "video/quicktime", "mp4": "video/mp4", "mpeg": "video/mpeg",
	"mpg": "video/mpeg", "odt": "application/vnd.oasis.opendocument.text", "ogv": "video/ogg", "otf": "font/otf",
	"pdf": "application/pdf", "ps": "application/postscript", "rar": "application/vnd.rar", "rtf": "application/rtf",
	"tar": "application/x-tar", "tgz": "application/gzip", "ttf": "font/ttf", "wasm": "application/wasm",
	"webm": "video/webm", "woff": "font/woff", "woff2": "font/woff2", "xz": "application/x-xz", "zip": "application/zip",
	"zst": "application/zstd",
}

func byExtension(name string) string {
	return mimes[strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))]
}

// mimeOf returns the media type of content that has a name and an item type. The type decides
// what it may be, so that nothing is a page that a menu does not call one; the name, or else
// the beginning of the content, which may be empty, says which it is.
func (a *reply) mimeOf(name string, typ gopherframe.ItemType, head []byte) string {
	named := byExtension(name)
	switch {
	case typ == gopherframe.TypeHTML:
		return mimeHTML
	case typ.IsText() || typ.IsMenu():
		if named == mimeCSS {
			return mimeCSS
		}
		return plain(head)
	case isPicture(typ):
		return within("image/", named, head)
	case typ == gopherframe.TypeSound:
		return within("audio/", named, head)
	case named == "" || named == mimeHTML || named == mimeCSS:
		return mimeBinary
	}
	return named
}

// plain returns the media type of a text that begins with head.
func plain(head []byte) string {
	if !utf8.Valid(head[:len(head)-incomplete(head)]) {
		return mimeUnknown
	}
	return mimePlain
}

// within returns the type that a name has, or else the content, if it begins with family.
func within(family, named string, head []byte) string {
	if strings.HasPrefix(named, family) {
		return named
	}
	if found := http.DetectContentType(head); strings.HasPrefix(found, family) {
		return found
	}
	if found := http.DetectContentType(head); found == "application/ogg" && family == "audio/" {
		return found
	}
	return mimeBinary
}

// isShown reports whether browsers show content of a type themselves, rather than to save it.
func isShown(mime string) bool {
	for _, family := range []string{"text/", "image/", "audio/", "application/ogg", "application/atom+xml"} {
		if strings.HasPrefix(mime, family) {
			return true
		}
	}
	return false
}

// attachment returns a Content-Disposition with the last element of the selector as the name
// of the file, RFC 6266: all but ASCII letters and digits is percent-encoded.
func attachment(selector string) string {
	name := lastElement(selector)
	if name == "" {
		name = "download"
	}
	return "attachment; filename*=UTF-8''" + escaped(cutName(shown(name)))
}

// maxName is how many bytes the name of a file has at most. Few systems take more, and
// proxies refuse long headers.
const maxName = 255

// cutName shortens a name before its extension.
func cutName(name string) string {
	if len(name) <= maxName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	end := maxName - len(ext)
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + ext
}

// lastElement returns what stands behind the last slash of a selector, apart from one at its
// end.
func lastElement(selector string) string {
	selector = strings.TrimSuffix(selector, "/")
	return selector[strings.LastIndexByte(selector, '/')+1:]
}
