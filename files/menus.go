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
	listings flight.Group[flightKey, *gopherframe.Menu]
	maps     flight.Group[flightKey, *gopherframe.Menu] // without a limit: each is small
}

// A flightKey also has the times of the files: who asks after a change must not get a menu
// that was begun before it.
type flightKey struct {
	key
	stamp               stamp // zero if the system has none
	changed, mapChanged int64 // in nanoseconds since 1970
}

// menu returns the menu of d: one that is kept, or else a new one. The caller may append to
// the menu, but must not change its items, which others share.
func (d directory) menu(ctx context.Context, s state) (*gopherframe.Menu, error) {
	if e := d.cache.find(d.key, s); e != nil {
		return shared(e.answer.(*gopherframe.Menu)), nil
	}
	flights, flying, create := &d.menus.listings, flightKey{key: d.key, changed: s.file.ModTime().UnixNano()}, d.list
	flying.stamp, _ = stampOf(s.file)
	if s.gophermap != nil {
		flights, create, flying.mapChanged = &d.menus.maps, d.readGophermap, s.gophermap.ModTime().UnixNano()
	}
	menu, err := flights.Do(ctx, flying, func(ctx context.Context) (*gopherframe.Menu, error) {
		m, err := create(ctx)
		if err == nil && (m.exact || !d.stamps) {
			d.cache.keep(d.key, m.menu, m.weight, s, m.exact && d.stamps)
		}
		return m.menu, err
	})
	if err != nil {
		return nil, err
	}
	return shared(menu), nil
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
}

// itemWeight is the weight of an item without the text of its fields.
const itemWeight = 88
