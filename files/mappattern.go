package files

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// maxPatternWork bounds the time that the patterns of a map take: of each one, its length times
// that of the names that it is compared with, in bytes. It is enough for a hundred patterns such as
// "*.bak" in a directory of 100,000 files.
const maxPatternWork = 1 << 30

// match returns the entries that "-pattern" hides.
func (r *mapReader) match(pattern string) []string {
	r.others = true
	if fits(pattern) && fs.ValidPath(pattern) && pattern != "." && !strings.Contains(pattern, "/") {
		if _, err := fs.Lstat(r.fsys, r.path(pattern)); err == nil {
			return []string{pattern}
		}
	}
	if !strings.ContainsAny(pattern, `*?[\`) || r.work > maxPatternWork {
		return nil
	}
	// To compare takes a place among the automatic menus that are made at a time, as a listing does.
	var found patternMatches
	_, err := r.menus.listings.Do(r.ctx, flightKey{alone: r}, func(ctx context.Context) (_ made, err error) {
		found, err = r.compare(ctx, pattern)
		return made{}, err
	})
	if err != nil { // the directory cannot be read, and then its listing fails as well, or the client has gone
		return nil
	}
	r.names = found.all
	r.work += found.work
	return found.names
}

// patternMatches is the result of comparing a pattern.
type patternMatches struct {
	names []string // those that match
	all   []string // those that it was compared with
	work  int      // as maxPatternWork counts it
}

// compare compares the pattern with the names of all entries, until there was too much to do. It
// stops when ctx ends.
func (r *mapReader) compare(ctx context.Context, pattern string) (m patternMatches, err error) {
	if m.all = r.names; m.all == nil {
		if m.all, err = r.entryNames(ctx); err != nil {
			return m, err
		}
	}
	for i, name := range m.all {
		if i%checkedEvery == 0 && ctx.Err() != nil {
			return m, context.Cause(ctx)
		}
		if m.work += len(pattern) * len(name); r.work+m.work > maxPatternWork {
			m.names = nil // a part of them would be no answer
			return m, nil
		}
		if ok, _ := path.Match(pattern, name); ok { // a bad pattern matches nothing
			m.names = append(m.names, name)
		}
	}
	return m, nil
}

func (r *mapReader) entryNames(ctx context.Context) ([]string, error) {
	l, err := r.entries(ctx, nil)
	names := make([]string, len(l.entries))
	for i, e := range l.entries {
		names[i] = e.name
	}
	return names, err
}
