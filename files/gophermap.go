package files

import (
	"context"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/internal/filetype"
)

// mapNames are the files that say what the menu of their directory is. The first that is there
// counts.
var mapNames = []string{"gophermap", "index" + gphExtension}

// gphExtension is that of geomyidae's menus.
const gphExtension = ".gph"

// isGph reports whether the file is a menu of geomyidae. Nobody writes other files with the
// extension, but a type for it may be set.
func (s *server) isGph(name string) bool {
	return strings.EqualFold(path.Ext(name), gphExtension) && filetype.ByName(name, s.types) == 0
}

// findMap returns the path and the FileInfo of the map of d, "" and nil if there is none.
func (d directory) findMap() (string, fs.FileInfo) {
	for _, name := range mapNames {
		if path.Ext(name) == gphExtension && !d.isGph(name) {
			continue
		}
		name = d.path(name)
		if info, err := fs.Stat(d.fsys, name); err == nil && info.Mode().IsRegular() {
			return name, info
		}
	}
	return "", nil
}

// gph answers with the menu that a .gph file is.
func (s *server) gph(q *gopherframe.Request, name string, info fs.FileInfo, asked time.Time) gopherframe.Response {
	d := s.newDirectory(q, path.Dir(name))
	d.kept.name, d.mapFile = name, name
	return d.respond(state{file: info, gophermap: info, asked: asked})
}

// readMap returns the menu that the map of d describes. It is not exact: the stamp of d does
// not tell whether the map has changed.
func (d directory) readMap(ctx context.Context) (made, error) {
	r := &mapReader{directory: d, ctx: ctx, read: map[string]textFile{}}
	f, err := r.open(d.mapFile)
	if err != nil {
		return made{}, err
	}
	text, notRun := f.text, false
	switch {
	case f.info.Mode()&0o111 != 0 && d.programs.match(d.mapFile):
		r.printed, r.others = true, true
		if text, err = d.outputOf(d.request, d.name, d.mapFile); err != nil {
			return made{}, err
		}
	case isProgram(f) && !d.isGph(d.mapFile):
		notRun = true
		text = "*\n" // and not what it is made of
	}
	m, err := r.parse(text)
	if err != nil {
		return made{}, err
	}
	if d.maps != nil && !notRun {
		d.maps(d.kept.name, m)
	}
	menu := &gopherframe.Menu{Items: m.Items}
	log := r.logProblems(m.Problems)
	if m.More {
		menu.Info(notWhole)
		log(d.mapFile).Warn("gopherframe: a gophermap is too long", "file", d.mapFile, "bytes", f.info.Size(), "most", gophermap.MaxBytes, "lines", gophermap.MaxItems)
	}
	if notRun {
		log(d.mapFile).Warn("gopherframe: a gophermap is a program, and a listing takes its place", "file", d.mapFile, "error", gophermap.ErrNotRun)
	}
	if r.work > maxPatternWork {
		log(d.mapFile).Warn("gopherframe: a gophermap has too many patterns for so many files, and the last of them are text", "file", d.mapFile)
	}
	made := mapped(menu, len(text))
	made.others = r.others
	return made, nil
}

// notWhole is the last line of a menu whose maps have more than may be shown.
const notWhole = "This menu is too long to be shown whole."

// logProblems logs problems, once until their files change, and returns a function that
// returns the logger for a file.
func (r *mapReader) logProblems(problems []gophermap.Problem) func(file string) *slog.Logger {
	logs := map[string]*slog.Logger{}
	log := func(file string) *slog.Logger {
		if logs[file] == nil {
			logs[file] = r.warnings.logger(r.log, file, r.read[file].info)
		}
		return logs[file]
	}
	for _, p := range problems {
		text := "gopherframe: bad line in a gophermap is shown as text"
		if p.LeftOut {
			text = "gopherframe: a line of a gophermap is left out"
		}
		log(p.File).Warn(text, "file", p.File, "line", p.Line, "error", p.Err.Error())
	}
	return log
}

// mapped returns the menu of a gophermap of that many bytes, which stay in memory as long as
// the fields of any item do. Selectors without a host may have been joined from two parts.
func mapped(menu *gopherframe.Menu, length int) made {
	n := int64(cap(menu.Items))*itemWeight + int64(length)
	for i := range menu.Items {
		if it := &menu.Items[i]; it.Host == "" {
			n += int64(len(it.Selector))
		}
	}
	return made{menu: menu, weight: n}
}
