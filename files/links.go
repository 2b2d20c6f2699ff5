package files

import (
	"io"
	"io/fs"
)

// links finds what the symbolic links of a directory lead to. It looks up each distinct
// target once, because a directory may have any number of links to the same file.
type links struct {
	directory
	in    fs.FS                  // the directory as a file system of its own: a name in it is one element, not a path; nil until needed
	modes map[string]fs.FileMode // by target; ModeIrregular for a dead link
}

// maxTargets bounds how many targets are remembered.
const maxTargets = 1_000

// mode returns the kind of the file that the link called name leads to, and false if it
// leads nowhere or out of the tree.
func (l *links) mode(name string) (fs.FileMode, bool) {
	target, known := l.target(name)
	mode, ok := l.modes[target]
	if !known || !ok {
		mode = fs.ModeIrregular
		if info, err := fs.Stat(l.fsys, l.path(name)); err == nil {
			mode = info.Mode().Type()
		}
		if known {
			l.remember(target, mode)
		}
	}
	return mode, mode&fs.ModeIrregular == 0
}

// target returns the target of the link called name, and false if the file system cannot
// tell.
func (l *links) target(name string) (string, bool) {
	if l.in == nil {
		in, err := fs.Sub(l.fsys, l.name)
		if err != nil {
			return "", false
		}
		l.in = in
	}
	target, err := fs.ReadLink(l.in, name)
	return target, err == nil
}

func (l *links) remember(target string, mode fs.FileMode) {
	if l.modes == nil || len(l.modes) == maxTargets {
		l.modes = map[string]fs.FileMode{}
	}
	l.modes[target] = mode
}

func (l *links) close() {
	if c, ok := l.in.(io.Closer); ok && l.name != "." { // there it is the file system itself
		c.Close()
	}
}
