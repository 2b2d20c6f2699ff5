package files

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/internal/filetype"
)

// inlineExtension is that of maps that automatic menus show in the place of the file, see [Tags].
const inlineExtension = ".gophermap"

// inlines are the inline maps of a directory, read one after the other.
type inlines struct {
	maps  map[string]*gophermap.Map // by the names of their files; those that are listed as files are left out
	types filetype.Extensions       // as their lines ":ext=T" give them to the files of the directory
	more  bool                      // together they have more than one map may have
}

// The inline maps of a directory are read as one map that includes each of them, so that the bounds
// of a map hold for all together, and "*" in them is no listing. In the text of that map a line that includes
// an inline map, with an odd number, is followed by an empty line, with an even one, that ends its items.
const (
	inlineMap    = "." // the name of that map
	includesNext = "=./"
)

// inline reads the inline maps among the entries, and takes out those entries that they hide.
func (d directory) inline(ctx context.Context, l *listing) inlines {
	var names []string
	var text strings.Builder
	for _, e := range l.entries {
		if !e.isDir && strings.HasSuffix(e.name, inlineExtension) && len(names) < gophermap.MaxLookups {
			names = append(names, e.name)
			text.WriteString(includesNext + e.name + "\n\n")
		}
	}
	if len(names) == 0 {
		return inlines{}
	}
	var in inlines
	r := &mapReader{directory: d, ctx: ctx, read: map[string]textFile{}}
	hidden := map[string]bool{}
	dialect := r.dialect()
	dialect.File = inlineMap
	dialect.Match = func(pattern string) []string {
		names := r.match(pattern)
		for _, name := range names {
			hidden[name] = true
		}
		return names
	}
	dialect.List = func(_ map[string]bool, types map[string]gopherframe.ItemType) ([]gopherframe.Item, error) {
		in.types = extensionsOf(types)
		return nil, nil
	}
	m, _ := dialect.Parse(text.String() + "*") // only List fails
	r.logInline(m, names)
	in.maps, in.more = d.divide(m, names), m.More
	l.entries = slices.DeleteFunc(l.entries, func(e entry) bool { return hidden[e.name] })
	for name, m := range in.maps {
		if d.maps != nil {
			d.maps(d.path(name), m)
		}
	}
	return in
}

// divide divides m, the map that includes all inline maps, into the maps of their files. It leaves out
// those beyond the bounds of a map, which are listed as files.
func (d directory) divide(m *gophermap.Map, names []string) map[string]*gophermap.Map {
	maps := map[string]*gophermap.Map{}
	var asFiles []string
	at := 0 // in names
	for i, it := range m.Items {
		if maps[names[at]] == nil {
			maps[names[at]] = &gophermap.Map{}
		}
		file, line := m.Files[i], m.Lines[i]
		switch {
		case file != inlineMap:
		case line%2 == 0: // the empty line
			at = line / 2
			continue
		case it.Name == includesNext+names[at]:
			asFiles = append(asFiles, names[at])
		default: // a program printed it
			file, line = d.path(names[at]), 1
		}
		is := maps[names[at]]
		is.Items, is.Files, is.Lines = append(is.Items, it), append(is.Files, file), append(is.Lines, line)
	}
	for _, name := range asFiles {
		delete(maps, name)
	}
	at = 0
	for _, t := range m.Taken {
		switch is := maps[names[min(at, len(names)-1)]]; {
		case t.File == inlineMap && t.Line%2 == 0:
			at = t.Line / 2
		case t.File != inlineMap && is != nil:
			is.Taken = append(is.Taken, t)
		}
	}
	return maps
}

// logInline logs the problems of inline maps, once until their files change. A file that could not be included
// has its problem in its first line.
func (r *mapReader) logInline(m *gophermap.Map, names []string) {
	var problems []gophermap.Problem
	for _, p := range m.Problems {
		if p.File == inlineMap {
			p.File, p.Line = r.path(names[p.Line/2]), 1
		}
		if _, ok := r.read[p.File]; !ok {
			info, err := fs.Stat(r.fsys, p.File)
			if err != nil {
				continue // it has gone
			}
			r.read[p.File] = textFile{info: info}
		}
		problems = append(problems, p)
	}
	r.logProblems(problems)
	if info, err := fs.Stat(r.fsys, r.name); err == nil && m.More {
		all := r.path("*" + inlineExtension)
		r.warnings.logger(r.log, all, info).Warn("gopherframe: inline gophermaps are too long together", "files", all, "most", gophermap.MaxBytes, "lines", gophermap.MaxItems)
	}
}
