package files

import (
	"io"
	"io/fs"
)

// links finds what the symbolic links of a directory lead to. It looks once at each text
// of a link, because a directory may have any number of links to the same file.
type links struct {
	directory
	in    fs.FS                  // the directory alone, in which a name is found with less work; nil until needed
	modes map[string]fs.FileMode // by the text of the link; ModeIrregular for a dead link
}

// maxTexts bounds how many texts of links are remembered.
const maxTexts = 1_000

// mode returns the kind of the file that the link called name leads to, and false if it
// leads nowhere or out of the tree.
func (l *links) mode(name string) (fs.FileMode, bool) {
	text, known := l.text(name)
	mode, ok := l.modes[text]
	if !known || !ok {
		mode = fs.ModeIrregular
		if info, err := fs.Stat(l.fsys, l.path(name)); err == nil {
			mode = info.Mode().Type()
		}
		if known {
			l.remember(text, mode)
		}
	}
	return mode, mode&fs.ModeIrregular == 0
}

// text returns what is written in the link called name, if the file system can tell.
func (l *links) text(name string) (string, bool) {
	if l.in == nil {
		in, err := fs.Sub(l.fsys, l.name)
		if err != nil {
			return "", false
		}
		l.in = in
	}
	text, err := fs.ReadLink(l.in, name)
	return text, err == nil
}

func (l *links) remember(text string, mode fs.FileMode) {
	if l.modes == nil || len(l.modes) == maxTexts {
		l.modes = map[string]fs.FileMode{}
	}
	l.modes[text] = mode
}

func (l *links) close() {
	if c, ok := l.in.(io.Closer); ok && l.name != "." { // there it is the file system itself
		c.Close()
	}
}
