package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/harmless"
	"gopherframe/internal/regular"
)

const (
	// maxListed bounds the memory and the time that one automatic menu takes.
	maxListed = 100_000
	// maxSniffed bounds how many files it opens to find out their types.
	maxSniffed = 1_000
	// listedAtOnce is how many directory entries are read together.
	listedAtOnce = 1_000
	// checkedEvery is after how many entries a listing looks whether its context ended:
	// clients that ask for a large directory and go must not keep the server busy.
	checkedEvery = 100
)

// list returns the menu of the entries of d. It stops when ctx ends.
func (d directory) list(ctx context.Context) (*gopherframe.Menu, error) {
	entries, more, err := d.entries(ctx)
	if err != nil {
		return nil, err
	}
	sniffs := maxSniffed
	m := &gopherframe.Menu{Items: make([]gopherframe.Item, 0, len(entries)+1)}
	for i, e := range entries {
		if i%checkedEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		typ := gopherframe.TypeMenu
		if !e.isDir {
			typ = d.typeOf(e.name, &sniffs)
		}
		m.Link(typ, harmless.Text(e.name), d.base+e.name)
	}
	if more {
		m.Infof("There is more than these %d entries.", maxListed)
	}
	return m, nil
}

// typeOf returns the type of a file in d. It opens the file to find out only as long as
// sniffs are left; then, and for files that cannot be read, the type is TypeBinary,
// which is right for every file: clients save it.
func (d directory) typeOf(name string, sniffs *int) gopherframe.ItemType {
	if typ := filetype.ByName(name); typ != 0 {
		return gopherframe.ItemType(typ)
	}
	if *sniffs--; *sniffs < 0 {
		return gopherframe.TypeBinary
	}
	f, _, err := regular.Open(d.fsys, d.path(name))
	if err != nil {
		return gopherframe.TypeBinary
	}
	defer f.Close()
	typ, _, err := filetype.Of(name, f)
	if err != nil {
		return gopherframe.TypeBinary
	}
	return gopherframe.ItemType(typ)
}

// An entry is a file or directory to be listed.
type entry struct {
	name  string
	isDir bool
}

// entries returns the entries to be listed, sorted, and whether d has more than those. It
// stops when ctx ends.
func (d directory) entries(ctx context.Context) (list []entry, more bool, err error) {
	f, err := d.fsys.Open(d.name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	open, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil, false, &fs.PathError{Op: "readdir", Path: d.name, Err: errors.ErrUnsupported}
	}
	links := &links{directory: d}
	defer links.close()
	unfit := 0 // names that cannot travel in a selector
	var example string
	for err == nil && !more {
		var batch []fs.DirEntry
		batch, err = open.ReadDir(listedAtOnce)
		for i, found := range batch {
			if i%checkedEvery == 0 && ctx.Err() != nil {
				return nil, false, context.Cause(ctx)
			}
			if !fits(found.Name()) {
				unfit, example = unfit+1, found.Name()
			} else if e, ok := d.entry(found, links); ok && len(list) < maxListed {
				list = append(list, e)
			} else if ok {
				more = true
			}
		}
	}
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	if info, err := f.Stat(); err == nil && unfit > 0 {
		d.warnings.logger(d.log, d.name, info).Warn("gopherframe: files are not listed, their names do not fit into a selector",
			"directory", d.name, "files", unfit, "example", fmt.Sprintf("%q", example))
	}
	slices.SortFunc(list, func(a, b entry) int {
		switch {
		case a.isDir == b.isDir:
			return strings.Compare(a.name, b.name)
		case a.isDir:
			return -1
		}
		return 1
	})
	return list, more, nil
}

// entry returns the entry for found, and false if that is not to be listed: it is hidden, a
// symbolic link that leads nowhere or out of the tree, or neither a file nor a directory.
func (d directory) entry(found fs.DirEntry, links *links) (entry, bool) {
	name, mode := found.Name(), found.Type()
	if d.isHidden(name) {
		return entry{}, false
	}
	if mode&fs.ModeSymlink != 0 {
		var ok bool
		if mode, ok = links.mode(name); !ok {
			return entry{}, false
		}
	}
	return entry{name, mode.IsDir()}, mode.IsDir() || mode.IsRegular()
}

// fits reports whether a file of this name can be asked for.
func fits(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, isControl)
}
