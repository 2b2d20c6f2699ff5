package files

import (
	"io"
	"io/fs"

	"gopherframe"
	"gopherframe/gophermap"
	"gopherframe/internal/regular"
)

// maxMap is how many bytes of a gophermap are read: every request for its
// directory holds it in memory.
const maxMap = 1 << 20

// mapName is the file that says what the menu of its directory is.
const mapName = "gophermap"

// gophermap returns the menu that the gophermap of d describes, nil if d has none.
func (d directory) gophermap() (*gopherframe.Menu, error) {
	name := d.path(mapName)
	info, err := fs.Stat(d.fsys, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	f, info, err := regular.Open(d.fsys, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, min(info.Size(), maxMap)))
	if err != nil {
		return nil, err
	}
	m := gophermap.Parse(string(text), d.base)
	menu := &gopherframe.Menu{Items: m.Items}
	tooLong := info.Size() > maxMap || len(menu.Items) > maxListed
	if len(m.Problems) == 0 && !tooLong {
		return menu, nil
	}
	log := d.warnings.logger(d.log, name, info)
	for _, p := range m.Problems {
		log.Warn("gopherframe: bad line in a gophermap is shown as text", "file", name, "line", p.Line, "error", p.Err.Error())
	}
	if tooLong {
		menu.Items = menu.Items[:min(len(menu.Items), maxListed)]
		menu.Info("This menu is too long to be shown whole.")
		log.Warn("gopherframe: a gophermap is too long", "file", name, "bytes", info.Size(), "most", maxMap, "lines", maxListed)
	}
	return menu, nil
}
