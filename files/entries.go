package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// An entry is a file or directory to be listed.
type entry struct {
	name  string
	isDir bool
	facts *facts // nil if nobody looked, or the file has gone
}

// facts are what a look at a file tells.
type facts struct {
	size int64     // in bytes
	date time.Time // of the last change; zero if it is not known
}

// date returns the time of the last change, zero if it is not known.
func (e entry) date() time.Time {
	if e.facts == nil {
		return time.Time{}
	}
	return e.facts.date
}

// A listing is what is to be listed of a directory.
type listing struct {
	entries []entry // sorted
	more    bool    // the directory has more entries than may be listed
	exact   bool    // no link, no gophermap and no facts decided about it: it is right until the directory changes
	unfit   int     // files whose names cannot travel in a selector
	example string  // one of them
}

// entries returns the listing of d, without the entries of these names. It stops when ctx ends.
func (d directory) entries(ctx context.Context, without map[string]bool) (l listing, err error) {
	f, err := d.open()
	if err != nil {
		return l, err
	}
	defer f.Close()
	open, ok := f.(fs.ReadDirFile)
	if !ok {
		return l, &fs.PathError{Op: "readdir", Path: d.name, Err: errors.ErrUnsupported}
	}
	r := &reader{listing: listing{exact: !d.looks}, without: without, links: links{directory: d}}
	defer r.links.close()
	if d.looks {
		if r.look, err = d.looker(f); err != nil {
			return l, err
		}
	}
	for err == nil && !r.more {
		var batch []fs.DirEntry
		batch, err = open.ReadDir(listedAtOnce)
		for i, found := range batch {
			if i%checkedEvery == 0 && ctx.Err() != nil {
				return l, context.Cause(ctx)
			}
			r.add(found)
		}
	}
	if err != nil && err != io.EOF {
		return l, err
	}
	if info, err := f.Stat(); err == nil && r.unfit > 0 {
		d.warnings.logger(d.log, d.name, info).Warn("gopherframe: files are not listed, their names do not fit into a selector",
			"directory", d.name, "files", r.unfit, "example", fmt.Sprintf("%q", r.example))
	}
	d.sort(r.entries)
	return r.listing, nil
}

// open opens d to read its entries.
func (d directory) open() (fs.File, error) {
	if d.tree != nil {
		return d.tree.openDir(d.name)
	}
	return d.fsys.Open(d.name)
}

// A looker returns the facts of an entry, which is no link, of an open directory. It returns nil if the
// entry has gone.
type looker func(found fs.DirEntry) *facts

// looker returns a looker for the open directory f, without which each entry would be looked up
// by its path.
func (d directory) looker(f fs.File) (looker, error) {
	if d.tree != nil {
		return lookIn(f)
	}
	return lookUp, nil
}

// lookUp is a looker for entries that tell themselves what they are.
func lookUp(found fs.DirEntry) *facts {
	info, err := found.Info()
	if err != nil {
		return nil
	}
	return &facts{info.Size(), info.ModTime()}
}

// A reader reads the entries of a directory.
type reader struct {
	listing
	without map[string]bool
	links   links
	look    looker // nil if nobody asks for facts
}

// add adds an entry unless it is not to be listed: its name is unfit or hidden, or
// it is a symbolic link that leads nowhere or out of the tree, or neither a file nor a
// directory.
func (r *reader) add(found fs.DirEntry) {
	e := entry{name: found.Name()}
	if !fits(e.name) {
		r.unfit, r.example = r.unfit+1, e.name
		return
	}
	mode := found.Type()
	if d := r.links.directory; r.without[e.name] || d.isHidden(e.name) || d.isUnlisted(e.name) {
		return
	}
	// A gophermap that is there now was not when d was looked at, or could not be read then.
	r.exact = r.exact && mode&fs.ModeSymlink == 0 && !slices.Contains(mapNames, e.name)
	isLink := mode&fs.ModeSymlink != 0
	if isLink {
		info := r.links.follow(e.name)
		if info == nil {
			return
		}
		mode = info.Mode()
		if r.look != nil {
			e.facts = &facts{info.Size(), info.ModTime()}
		}
	}
	switch {
	case !mode.IsDir() && !mode.IsRegular(), !mode.IsDir() && r.links.tags && e.name == tagFile:
	case len(r.entries) == maxListed:
		r.more = true
	default:
		if r.look != nil && !isLink {
			e.facts = r.look(found)
		}
		e.isDir = mode.IsDir()
		r.entries = append(r.entries, e)
	}
}

// fits reports whether a file of this name can be asked for.
func fits(name string) bool {
	return utf8.ValidString(name) && !strings.ContainsFunc(name, isControl)
}
