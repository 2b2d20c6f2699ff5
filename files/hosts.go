package files

import (
	"slices"

	"gopherframe"
)

// Hosts returns an [Option]: a line "%" in a gophermap stands for these hosts, which are names
// of this server, as those of [gopherframe.Hosts] are. The items lead to the port that the
// menu came from. Plain Gopher does not say which host is asked for, so there all of them lead
// to the same site, unless each name has an address of its own.
func Hosts(names ...string) Option {
	names = slices.Clone(names)
	return func(s *server) { s.hosts = names }
}

// hostItems returns an item for each host of the option [Hosts], in its order: what "%" in a
// gophermap stands for.
func (s *server) hostItems() []gopherframe.Item {
	items := make([]gopherframe.Item, len(s.hosts))
	for i, name := range s.hosts {
		items[i] = gopherframe.Item{Type: gopherframe.TypeMenu, Name: name, Host: name, Port: -1} // the port of the request
	}
	return items
}
