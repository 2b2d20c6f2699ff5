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
	found map[string]fs.FileInfo // by target; nil for a dead link
}

// maxTargets bounds how many targets are remembered.
const maxTargets = 1_000

// follow returns what the link called name leads to, nil if it leads nowhere or out of the
// tree.
func (l *links) follow(name string) fs.FileInfo {
	target, known := l.target(name)
	info, ok := l.found[target]
	if !known || !ok {
		var err error
		if info, err = fs.Stat(l.fsys, l.path(name)); err != nil {
			info = nil
		}
		if known {
			l.remember(target, info)
		}
	}
	return info
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

func (l *links) remember(target string, info fs.FileInfo) {
	if l.found == nil || len(l.found) == maxTargets {
		l.found = map[string]fs.FileInfo{}
	}
	l.found[target] = info
}

func (l *links) close() {
	if c, ok := l.in.(io.Closer); ok && l.name != "." { // there it is the file system itself
		c.Close()
	}
}
