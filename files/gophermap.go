package files

import (
	"bytes"
	"context"
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

// statGophermap returns the FileInfo of the gophermap of d, nil if d has none.
func (d directory) statGophermap() fs.FileInfo {
	info, err := fs.Stat(d.fsys, d.path(mapName))
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}

// readGophermap returns the menu that the gophermap of d describes. It is not exact: what
// the stamp of d tells does not say whether the gophermap has changed.
func (d directory) readGophermap(context.Context) (made, error) {
	name := d.path(mapName)
	f, info, err := regular.Open(d.fsys, name)
	if err != nil {
		return made{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, min(info.Size(), maxMap)))
	if err != nil {
		return made{}, err
	}
	tooLong := info.Size() > maxMap
	if tooLong { // half a line could be a link to somewhere else
		text = text[:bytes.LastIndexByte(text, '\n')+1]
	}
	m := gophermap.Parse(string(text), d.prefix)
	menu := &gopherframe.Menu{Items: m.Items}
	tooLong = tooLong || m.More
	if len(m.Problems) == 0 && !tooLong {
		return mapped(menu, len(text)), nil
	}
	log := d.warnings.logger(d.log, name, info)
	for _, p := range m.Problems {
		log.Warn("gopherframe: bad line in a gophermap is shown as text", "file", name, "line", p.Line, "error", p.Err.Error())
	}
	if tooLong {
		menu.Info("This menu is too long to be shown whole.")
		log.Warn("gopherframe: a gophermap is too long", "file", name, "bytes", info.Size(), "most", maxMap, "lines", gophermap.MaxItems)
	}
	return mapped(menu, len(text)), nil
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
