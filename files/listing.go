package files

import (
	"context"

	"gopherframe"
	"gopherframe/internal/filetype"
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

// list returns the automatic menu of d: its entries, and what the options put around them. It
// stops when ctx ends.
func (d directory) list(ctx context.Context) (made, error) {
	m, err := d.items(ctx, filter{})
	if err != nil {
		return made{}, err
	}
	return d.framed(m), nil
}

// A filter changes the listing of one directory. The zero filter changes nothing.
type filter struct {
	without map[string]bool     // the names of entries that are not listed
	types   filetype.Extensions // come before those of the Server
}

// items returns a menu of nothing but the entries of d. It is exact if only the names of the
// entries decided: they change with the stamp of d. It stops when ctx ends.
func (d directory) items(ctx context.Context, only filter) (made, error) {
	l, err := d.entries(ctx, only.without)
	if err != nil {
		return made{}, err
	}
	var inline inlines
	if d.tags {
		inline = d.inline(ctx, &l)
	}
	selectors := newSelectors(d.prefix, l.entries)
	all := selectors.size()
	types := typeFinder{d, []filetype.Extensions{inline.types, only.types, d.types}, maxSniffed}
	names := namer{directory: d}
	lines := columns{}
	menu := &gopherframe.Menu{Items: make([]gopherframe.Item, 0, len(l.entries)+1)}
	for i := range l.entries {
		if i%checkedEvery == 0 && ctx.Err() != nil {
			return made{}, context.Cause(ctx)
		}
		e := &l.entries[i]
		if m := inline.maps[e.name]; m != nil {
			selectors.next(e.name)
			menu.Add(m.Items...)
			continue
		}
		it := gopherframe.Item{Type: gopherframe.TypeMenu, Selector: selectors.next(e.name), Date: e.date()}
		if !e.isDir {
			it.Type = types.find(e.name)
		}
		it.Name = it.Selector[len(d.prefix):] // the same memory
		if name := names.name(e); d.long {
			it.Name = lines.line(name, e)
			all += len(it.Name)
		} else if name != e.name {
			it.Name = name
			all += len(name)
		}
		menu.Add(it)
	}
	if l.more {
		menu.Infof("There is more than these %d entries.", maxListed)
	}
	if inline.more {
		menu.Info(notWhole)
	}
	return made{menu: menu, weight: int64(cap(menu.Items)*itemWeight + all), exact: l.exact && types.sniffs == maxSniffed, others: d.tags}, nil
}

// A typeFinder finds the types of the files in a directory.
type typeFinder struct {
	directory
	extensions []filetype.Extensions
	sniffs     int // how many files may still be opened
}

// find returns the type of a file. It opens the file to find out only as long as
// sniffs are left; then, and for files that cannot be read, the type is TypeBinary,
// which is right for every file: clients save it.
func (t *typeFinder) find(name string) gopherframe.ItemType {
	if typ := filetype.ByName(name, t.extensions...); typ != 0 {
		return gopherframe.ItemType(typ)
	}
	if t.programs.match(t.path(name)) {
		return t.programs.typeOf(name, t.extensions)
	}
	if t.isGph(name) {
		return gopherframe.TypeMenu
	}
	if t.sniffs--; t.sniffs < 0 {
		return gopherframe.TypeBinary
	}
	f, _, err := regular.Open(t.fsys, t.path(name))
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
