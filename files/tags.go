package files

import (
	"bytes"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"gopherframe/internal/harmless"
	"gopherframe/internal/regular"
)

// Tags is an [Option] for two habits of gophernicus. The first line of a file called gophertag is
// the name that automatic menus show for its directory, and the heading of the directory's own
// automatic menu, in the place of what [Title] says; the file itself is not listed. Files called
// NAME.gophermap are shown as maps within automatic menus: their lines stand in the place of the
// entry. Both also count where "*" in a gophermap lists a directory, but for the heading.
//
// Each directory that is listed costs a look for its gophertag, and a menu depends on the content
// of files, so every automatic menu is made for each request. It has 1,000 gophertags at most, of
// which the first 200 bytes count; further directories have their own names. It has 1,000 such
// maps at most, which have together as many bytes and items as one gophermap may have; further
// ones are listed as files. See docs/listings.md.
func Tags(s *server) { s.tags = true }

const (
	tagFile = "gophertag"
	// maxTags is how many gophertags are looked for, for one menu: each look costs system calls.
	maxTags = 1_000
	// maxTag is how many bytes of a gophertag are read.
	maxTag = 200
)

// tag returns the name that the gophertag of the directory at path gives it, "" if it gives none.
func (s *server) tag(dir string) string {
	f, _, err := regular.Open(s.fsys, path.Join(dir, tagFile))
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTag+1))
	if err != nil {
		return ""
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if len(line) > maxTag {
		end := maxTag
		for end > 0 && !utf8.RuneStart(line[end]) {
			end--
		}
		line = line[:end]
	}
	return strings.TrimSpace(harmless.Line(string(line)))
}

// A namer finds the names that a menu shows for the entries of a directory.
type namer struct {
	directory
	looked int // how many gophertags were looked for
}

// name returns the name of an entry as it is shown.
func (n *namer) name(e *entry) string {
	if e.isDir && n.tags && n.looked < maxTags {
		n.looked++
		if tag := n.tag(n.path(e.name)); tag != "" {
			return tag
		}
	}
	return harmless.Text(e.name)
}
