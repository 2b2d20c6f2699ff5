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

// list returns the menu of the entries of d, and whether it is exact: only the names of the
// entries decided, and they change with the stamp of d. It stops when ctx ends.
func (d directory) list(ctx context.Context) (made, error) {
	l, err := d.entries(ctx)
	if err != nil {
		return made{}, err
	}
	selectors := d.selectors(l.entries)
	sniffs := maxSniffed
	all := len(selectors)
	menu := &gopherframe.Menu{Items: make([]gopherframe.Item, 0, len(l.entries)+1)}
	for i, e := range l.entries {
		if i%checkedEvery == 0 && ctx.Err() != nil {
			return made{}, context.Cause(ctx)
		}
		typ := gopherframe.TypeMenu
		if !e.isDir {
			typ = d.typeOf(e.name, &sniffs)
		}
		n := len(d.prefix) + len(e.name)
		selector := selectors[:n]
		selectors = selectors[n:]
		name := harmless.Text(e.name)
		if name == e.name {
			name = selector[len(d.prefix):] // the same memory
		} else {
			all += len(name)
		}
		menu.Link(typ, name, selector)
	}
	if l.more {
		menu.Infof("There is more than these %d entries.", maxListed)
	}
	return made{menu: menu, weight: int64(cap(menu.Items)*itemWeight + all), exact: l.exact && sniffs == maxSniffed}, nil
}

// selectors returns the selectors of all entries, one after the other: one piece of memory
// takes less than one for each.
func (d directory) selectors(entries []entry) string {
	n := len(d.prefix) * len(entries)
	for _, e := range entries {
		n += len(e.name)
	}
	var all strings.Builder
	all.Grow(n)
	for _, e := range entries {
		all.WriteString(d.prefix)
		all.WriteString(e.name)
	}
	return all.String()
}

// typeOf returns the type of a file in d. It opens the file to find out only as long as
// sniffs are left; then, and for files that cannot be read, the type is TypeBinary,
// which is right for every file: clients save it.
func (d directory) typeOf(name string, sniffs *int) gopherframe.ItemType {
	if d.programs.match(d.path(name)) {
		return d.programs.typeOf(name)
	}
	if typ := filetype.ByName(name); typ != 0 {
		return gopherframe.ItemType(typ)
	}
	if d.isGph(name) {
		return gopherframe.TypeMenu
	}
	if *sniffs--; *sniffs < 0 {
		return gopherframe.TypeBinary
	}
	f, _, err := regular.Open(d.fsys, d.path(name))
	if err != nil {
		return gopherframe.TypeBinary
	}
	defer f.Close()
	typ, _, err := filetype.Of(0, name, f)
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

// A listing is what is to be listed of a directory.
type listing struct {
	entries []entry // sorted
	more    bool    // there are more than those
	exact   bool    // no link and no gophermap decided about it
	unfit   int     // files whose names cannot travel in a selector
	example string  // one of them
}

// entries returns the listing of d. It stops when ctx ends.
func (d directory) entries(ctx context.Context) (l listing, err error) {
	f, err := d.open()
	if err != nil {
		return l, err
	}
	defer f.Close()
	open, ok := f.(fs.ReadDirFile)
	if !ok {
		return l, &fs.PathError{Op: "readdir", Path: d.name, Err: errors.ErrUnsupported}
	}
	links := &links{directory: d}
	defer links.close()
	l.exact = true
	for err == nil && !l.more {
		var batch []fs.DirEntry
		batch, err = open.ReadDir(listedAtOnce)
		for i, found := range batch {
			if i%checkedEvery == 0 && ctx.Err() != nil {
				return l, context.Cause(ctx)
			}
			l.add(found, links)
		}
	}
	if err != nil && err != io.EOF {
		return l, err
	}
	if info, err := f.Stat(); err == nil && l.unfit > 0 {
		d.warnings.logger(d.log, d.name, info).Warn("gopherframe: files are not listed, their names do not fit into a selector",
			"directory", d.name, "files", l.unfit, "example", fmt.Sprintf("%q", l.example))
	}
	slices.SortFunc(l.entries, func(a, b entry) int {
		switch {
		case a.isDir == b.isDir:
			return strings.Compare(a.name, b.name)
		case a.isDir:
			return -1
		}
		return 1
	})
	return l, nil
}

// open opens d to read its entries.
func (d directory) open() (fs.File, error) {
	if d.tree != nil {
		return d.tree.openDir(d.name)
	}
	return d.fsys.Open(d.name)
}

// add adds what was found, unless that is not to be listed: its name is unfit or hidden, or
// it is a symbolic link that leads nowhere or out of the tree, or neither a file nor a
// directory.
func (l *listing) add(found fs.DirEntry, links *links) {
	name := found.Name()
	if !fits(name) {
		l.unfit, l.example = l.unfit+1, name
		return
	}
	mode := found.Type()
	if links.isHidden(name) {
		return
	}
	// A gophermap that is there now was not when d was looked at, or could not be read then.
	l.exact = l.exact && mode&fs.ModeSymlink == 0 && !slices.Contains(mapNames, name)
	if mode&fs.ModeSymlink != 0 {
		var ok bool
		if mode, ok = links.mode(name); !ok {
			return
		}
	}
	switch {
	case !mode.IsDir() && !mode.IsRegular():
	case len(l.entries) == maxListed:
		l.more = true
	default:
		l.entries = append(l.entries, entry{name, mode.IsDir()})
	}
}

// fits reports whether a file of this name can be asked for.
func fits(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, isControl)
}
