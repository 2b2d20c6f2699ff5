package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/internal/filetype"
	"gopherframe/internal/regular"
)

// mapHooks are the functions that options give to a server for its maps.
type mapHooks struct {
	maps func(page string, m *gophermap.Map) // as Maps says; nil: nobody is told

	// runCommand returns what a command line of a map prints, see MapCommands, and runProgram what a
	// program in the tree prints that a map includes, see CGI. dir is the path of the directory of the map.
	// A nil function runs none.
	runCommand func(q *gopherframe.Request, dir, line string) (string, error)
	runProgram func(q *gopherframe.Request, dir, program string) (string, error)
}

// Maps returns an [Option] for tools that show authors what became of their lines: f is called with
// each map that is read, in which [gophermap.Map.Taken] is filled. page is the path of the directory whose
// menu the map is, or of the file if that is a .gph file or an inline map. f may be called by
// several goroutines at a time, and must not change the map.
func Maps(f func(page string, m *gophermap.Map)) Option { return func(s *server) { s.maps = f } }

// runs reports whether a line of a map can have a program or a command run.
func (h *mapHooks) runs() bool { return h.runCommand != nil || h.runProgram != nil }

// A mapReader reads the map of a directory, and carries out its directives.
type mapReader struct {
	directory
	ctx     context.Context
	read    map[string]textFile // the files that were read, by path: a map may include one again and again
	others  bool                // there was a directive, so that the menu depends on other files, too
	names   []string            // of all entries of the directory; nil until a pattern asks for them
	printed bool                // the map is the output of a program: it includes and runs nothing
	work    int                 // of the patterns so far, see maxPatternWork
}

func (r *mapReader) parse(text string) (*gophermap.Map, error) {
	if r.isGph(r.mapFile) {
		return r.dialect().ParseGph(text), nil
	}
	return r.dialect().Parse(text)
}

// dialect returns the functions that carry out the directives of the map.
func (r *mapReader) dialect() *gophermap.Directory {
	d := &gophermap.Directory{Base: r.prefix, File: r.mapFile, Explain: r.maps != nil}
	d.Match, d.List = r.match, r.listed
	if !r.printed {
		d.Include, d.IsCommand = r.include, r.isCommand
	}
	if r.runs() {
		d.Run = r.run
	}
	d.Users = func() []gopherframe.Item { r.others = true; return r.userItems(r.base) }
	d.Hosts = func() []gopherframe.Item { r.others = true; return r.hostItems() }
	return d
}

// A textFile is a file that was read.
type textFile struct {
	text string // at most one byte more than a map may have, which tells that it is too long; of a program that is included only programStart
	info fs.FileInfo
}

// open returns a file, as it was when r opened it first.
func (r *mapReader) open(name string) (textFile, error) {
	if file, ok := r.read[name]; ok {
		return file, nil
	}
	f, info, err := regular.Open(r.fsys, name)
	if err != nil {
		return textFile{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, min(info.Size(), gophermap.MaxBytes+1)))
	if err != nil {
		return textFile{}, err
	}
	r.read[name] = textFile{string(text), info}
	return r.read[name], nil
}

// listed returns the items of "*". They take a place among the automatic menus that are made at
// a time.
func (r *mapReader) listed(without map[string]bool, types map[string]gopherframe.ItemType) ([]gopherframe.Item, error) {
	r.others = true
	for _, name := range mapNames {
		without[name] = true
	}
	m, err := r.menus.listings.Do(r.ctx, flightKey{alone: r}, func(ctx context.Context) (made, error) {
		return r.items(ctx, filter{without, extensionsOf(types)})
	})
	if err != nil {
		return nil, err
	}
	return m.menu.Items, nil
}

// extensionsOf returns the types that ":ext=T" in a map gives to extensions.
func extensionsOf(types map[string]gopherframe.ItemType) filetype.Extensions {
	extensions := filetype.Extensions{}
	for ext, typ := range types {
		extensions.Set(ext, byte(typ)) // no error: package gophermap has refused what cannot be set
	}
	return extensions
}

// include returns the path and the text of the file that "=name" includes.
func (r *mapReader) include(name string) (file, text string, err error) {
	r.others = true
	for _, file := range r.paths(name) {
		if !fs.ValidPath(file) || file == "." || !fits(file) || r.isHidden(file) {
			continue
		}
		f, err := r.open(file)
		switch {
		case errors.Is(err, fs.ErrPermission):
			return file, "", fmt.Errorf("%s cannot be read: %w", file, fs.ErrPermission)
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && (isProgram(f) || r.programs.match(file) && !slices.Contains(mapNames, path.Base(file))):
			f.text = programStart // nobody reads it, and there may be many
			r.read[file] = f
			err = gophermap.ErrNotRun
		}
		return file, f.text, err
	}
	return "", "", fs.ErrNotExist
}

// paths returns the paths in the tree that the name of an included file may mean. One that
// begins with a slash is a path from the root of the site or, as under gophernicus, of the
// system.
func (r *mapReader) paths(name string) []string {
	if !path.IsAbs(name) {
		return []string{path.Join(r.name, name)}
	}
	name = path.Clean(name)
	paths := []string{name[1:]}
	if inTree, ok := strings.CutPrefix(name, r.systemPath()+"/"); ok {
		paths = append(paths, inTree)
	}
	return paths
}

// systemPath returns the path of the tree in the system, "" if it has none.
func (s *server) systemPath() string {
	switch {
	case s.user != nil:
		return path.Join(s.user.account.Home, s.user.users.dir)
	case s.tree != nil:
		return s.tree.path
	}
	return ""
}

// programStart is what scripts begin with.
const programStart = "#!"

// isProgram reports whether a file is a program: one that may be executed and begins as scripts or
// as programs for Linux do. The mode alone does not tell, since on some file systems all files may be executed.
func isProgram(f textFile) bool {
	return f.info.Mode()&0o111 != 0 && (strings.HasPrefix(f.text, programStart) || strings.HasPrefix(f.text, "\x7fELF"))
}

// run returns what the line "=line" prints: the output of the program that [mapReader.include] has found
// for it, or else of the command that it is.
func (r *mapReader) run(line, program string) (string, error) {
	switch {
	case program != "" && r.runProgram != nil:
		return r.runProgram(r.request, r.name, program)
	case program == "" && r.runCommand != nil:
		return r.runCommand(r.request, r.name, line)
	}
	return "", gophermap.ErrNotRun
}
