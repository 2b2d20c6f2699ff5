package files

import (
	"context"
	"slices"

	"gopherframe"
	"gopherframe/internal/flight"
)

// madeAtOnce is how many listings are made at a time, so that clients who ask for large
// directories leave the processor to the others.
const madeAtOnce = 4

// menus has equal menus made once for all clients who ask at the same time.
type menus struct {
	listings flight.Group[flightKey, made]
	maps     flight.Group[flightKey, made] // no limit: a map is small, and a listing in it takes a place among listings
	alike    alike
}

// A flightKey also has the times of the files: who asks after a change must not get a menu
// that was begun before it.
type flightKey struct {
	key
	stamp               stamp // zero if the system has none
	mapFile             string
	changed, mapChanged int64      // in nanoseconds since 1970
	alone               *mapReader // makes the key of a menu for one client different from all others; nil: clients share the menu
}

// menu returns the menu of d: one that is kept, or else a new one. The caller may append to
// the menu, but must not change its items, which others share.
func (d directory) menu(ctx context.Context, s state) (*gopherframe.Menu, error) {
	if e := d.cache.find(d.kept, s); e != nil {
		return shared(e.answer.(*gopherframe.Menu)), nil
	}
	flights, flying, create := &d.menus.listings, flightKey{key: d.kept, mapFile: d.mapFile, changed: s.file.ModTime().UnixNano()}, d.list
	flying.stamp, _ = stampOf(s.file)
	if s.gophermap != nil {
		flights, create, flying.mapChanged = &d.menus.maps, d.readMap, s.gophermap.ModTime().UnixNano()
		if d.runs() { // what programs print is for this client alone
			m, err := create(ctx)
			return m.menu, err
		}
	} else if d.tags && d.runs() {
		flying.alone = &mapReader{} // the inline maps of a listing may run programs, too
	}
	// Who joins a flight may get a menu that was begun before a file changed whose times are
	// not in the key. The flight after that was begun after the client had asked.
	for mayBeOlder := true; ; mayBeOlder = false {
		begun := false
		m, err := flights.Do(ctx, flying, func(ctx context.Context) (made, error) {
			begun = true
			m, err := create(ctx)
			if err == nil {
				m.menu.Items = d.menus.alike.items(d.kept, m)
			}
			if err == nil && !m.others && (m.exact || !d.stamps) {
				d.cache.keep(d.kept, m.menu, m.weight, s, m.exact && d.stamps)
			}
			return m, err
		})
		if err != nil {
			return nil, err
		}
		if begun || !mayBeOlder || !m.others {
			return shared(m.menu), nil
		}
	}
}

// shared returns a menu with the items of m, to which its caller may append.
func shared(m *gopherframe.Menu) *gopherframe.Menu {
	return &gopherframe.Menu{Items: slices.Clip(m.Items)}
}

// A made is a menu that was made.
type made struct {
	menu   *gopherframe.Menu
	weight int64 // about how many bytes of memory it takes
	exact  bool  // nothing but what the stamp of its directory tells decided about it
	others bool  // a map had directives: other files than its own and the directory decided about it
}

// itemWeight is the weight of an item without the text of its fields.
const itemWeight = 88
