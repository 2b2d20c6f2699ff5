package files

import (
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/regular"
)

// A directory is a directory of a server, and the request for its menu or for that of a .gph file
// in it.
type directory struct {
	*server
	key            // key.name is the path of the directory
	prefix  string // the beginning of the selectors of its entries
	kept    key    // under which its menu is kept: key, or that of the .gph file
	mapFile string // the path of the map that describes the menu, "" if its entries do
	request *gopherframe.Request
	log     *slog.Logger
}

// newDirectory returns the directory at the path name, without a map.
func (s *server) newDirectory(q *gopherframe.Request, name string) directory {
	base := strings.Clone(q.Base()) // as the name
	k := s.key(name, base, true)
	d := directory{server: s, key: k, kept: k, prefix: base, request: q, log: s.log(q)}
	if name != "." {
		d.prefix += name + "/"
	}
	return d
}

// directory answers with the map of the directory, else with a listing.
func (s *server) directory(q *gopherframe.Request, name string, info fs.FileInfo, asked time.Time) gopherframe.Response {
	d := s.newDirectory(q, name)
	state := state{file: info, asked: asked}
	d.mapFile, state.gophermap = d.findMap()
	return d.respond(state)
}

// respond answers with the menu of d. s has the directory, or the .gph file, and the map.
func (d directory) respond(s state) gopherframe.Response {
	ctx := d.request.Context()
	menu, err := d.menu(ctx, s)
	switch {
	case err == nil:
		return menu
	case ctx.Err() != nil:
		return gopherframe.Fail(err)
	}
	return gopherframe.Fail(regular.Absent(err))
}

// path returns the path in fsys of an entry of d.
func (d directory) path(name string) string { return path.Join(d.name, name) }
