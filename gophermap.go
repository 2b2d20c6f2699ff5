package gopherframe

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"strconv"
	"strings"
)

// maxMap is how many bytes of a gophermap are read: every request for its
// directory holds it in memory.
const maxMap = 1 << 20

// mapName is the file that says what the menu of its directory is.
const mapName = "gophermap"

// A directory is one that FileServer answers for.
type directory struct {
	fsys     fs.FS
	name     string // "." or a path in fsys
	base     string // what the selectors of what is in it begin with
	log      *slog.Logger
	troubles *troubles
}

func (d directory) path(name string) string { return path.Join(d.name, name) }

// gophermap returns the menu that the gophermap of d describes. The error is
// fs.ErrNotExist if there is none.
func (d directory) gophermap() (*Menu, error) {
	file := File{FS: d.fsys, Name: d.path(mapName)}
	info, err := fs.Stat(d.fsys, file.Name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	src, size, err := file.open()
	if err != nil {
		return nil, err
	}
	defer src.Close()
	content, err := io.ReadAll(io.LimitReader(src, min(size, maxMap)))
	if err != nil {
		return nil, err
	}
	log := d.troubles.logger(d.log, file.Name, info)
	m := d.parse(file.Name, strings.TrimPrefix(string(content), "\uFEFF"), log)
	if size > maxMap || len(m.Items) > maxListed {
		m.Items = m.Items[:min(len(m.Items), maxListed)]
		m.Info("This menu is too long to be shown whole.")
		log.Warn("gopherframe: a gophermap is too long", "file", file.Name, "bytes", size, "most", maxMap, "lines", maxListed)
	}
	return m, nil
}

// parse reads a gophermap. A line that makes no sense is shown as it is and
// logged.
func (d directory) parse(file, content string, log *slog.Logger) *Menu {
	m := NewMenu()
	number := 0
	for line := range strings.Lines(content) {
		number++
		line = strings.TrimRight(line, lineEnd)
		if strings.HasPrefix(line, "#") {
			continue
		}
		it, err := d.parseLine(line)
		if err != nil {
			log.Warn("gopherframe: bad line in a gophermap is shown as text",
				"file", file, "line", number, "error", err.Error())
			it = Item{Type: TypeInfo, Name: line}
		}
		m.Add(it)
	}
	return m
}

// parseLine reads `Tname TAB selector TAB host TAB port`, of which the fields
// after the first TAB may be missing, or a line without TAB, which is text.
func (d directory) parseLine(line string) (Item, error) {
	head, rest, found := strings.Cut(line, "\t")
	switch {
	case !found:
		return Item{Type: TypeInfo, Name: line}, nil
	case head == "":
		return Item{}, errors.New("there is nothing before the first TAB: write the type and the name there")
	}
	it := Item{Type: ItemType(head[0]), Name: head[1:]}
	if it.leadsNowhere() {
		return it, nil // whatever follows is a filler
	}
	fields := strings.Split(rest, "\t")
	if len(fields) > 3 {
		return Item{}, fmt.Errorf("%d fields: after the name there are at most selector, host and port", len(fields)+1)
	}
	fields = append(fields, "", "")
	it.Selector, it.Host = fields[0], strings.TrimSpace(fields[1])
	if port := strings.TrimSpace(fields[2]); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Item{}, fmt.Errorf("port %q: write a number from 1 to 65535", port)
		}
		it.Port = int(n)
	}
	if it.Selector == "" && it.Host == "" {
		it.Selector = it.Name
	}
	if it.Selector == "" && it.Name == "" {
		return Item{}, errors.New("neither a name nor a selector")
	}
	if it.Host == "" {
		it.Selector = d.resolve(it.Selector)
	}
	return it, nil
}

// resolve makes a selector that is relative to the directory absolute.
func (d directory) resolve(selector string) string {
	if strings.HasPrefix(selector, "/") || strings.HasPrefix(selector, urlPrefix) {
		return selector
	}
	base := d.base
	for {
		if rest, ok := strings.CutPrefix(selector, "./"); ok {
			selector = rest
		} else if rest, ok := strings.CutPrefix(selector, "../"); ok {
			selector = rest
			base = base[:strings.LastIndexByte(strings.TrimSuffix(base, "/"), '/')+1]
		} else {
			return base + selector
		}
	}
}
