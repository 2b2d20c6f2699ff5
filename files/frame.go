package files

import (
	"path"
	"slices"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
	"gopherframe/layout"
)

// Title returns an [Option]: automatic menus begin with a heading and an empty line. The heading is
// the title, below the root of the file system after the path of the directory: "docs/2026 - title".
// A long path is shown by its beginning and its end. In browsers the heading is the title of
// the page.
func Title(title string) Option { return func(s *server) { s.frame.title = title } }

// Up is an [Option]: the automatic menu of a directory below the root of the file system begins with
// a link to the one above, "..".
func Up(s *server) { s.frame.up = true }

// Header returns an [Option]: automatic menus have the items of m before their entries, below the
// title and above the way up. They are shared by all menus, so they must not be changed afterwards.
// Selectors are those of the whole app, not relative to the directory.
func Header(m *gopherframe.Menu) Option { return func(s *server) { s.frame.header = m.Items } }

// Footer returns an [Option]: automatic menus end with the items of m, as [Header] has it.
func Footer(m *gopherframe.Menu) Option { return func(s *server) { s.frame.footer = m.Items } }

// A frame is what automatic menus have around their entries.
type frame struct {
	title          string
	up             bool
	header, footer []gopherframe.Item
}

// framed returns a menu of the entries of d with the frame around it.
func (d directory) framed(m made) made {
	before := &gopherframe.Menu{}
	if heading := d.heading(); heading != "" {
		before.Link(gopherframe.TypeInfo, heading, framing.TitleSelector).Info("")
	}
	before.Add(d.frame.header...)
	if d.frame.up && d.name != "." {
		before.Menu("..", d.above())
	}
	if len(before.Items)+len(d.frame.footer) == 0 {
		return m
	}
	m.weight -= int64(cap(m.menu.Items) * itemWeight)
	m.menu = &gopherframe.Menu{Items: slices.Concat(before.Items, m.menu.Items, d.frame.footer)}
	const texts = 1 << 10 // of the heading and the way up, whose lengths are those of a path
	m.weight += int64(cap(m.menu.Items)*itemWeight + texts)
	return m
}

// heading returns the heading of d, "" if it has none.
func (d directory) heading() string {
	if d.tags {
		if tag := d.tag(d.name); tag != "" {
			return tag
		}
	}
	if d.name == "." || d.frame.title == "" {
		return d.frame.title
	}
	const least = layout.Columns / 3 // for the path, if the title is long
	end := " - " + d.frame.title
	return layout.Shorten(harmless.Text(d.name), max(layout.Columns-layout.Width(end), least)) + end
}

// above returns the selector of the directory above d, which is not the root.
func (d directory) above() string {
	if above := path.Dir(d.name); above != "." {
		return d.base + above
	}
	return d.base
}
