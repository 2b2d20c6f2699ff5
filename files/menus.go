package files

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"gopherframe"
	"gopherframe/internal/flight"
	"gopherframe/internal/lru"
)

const (
	// madeAtOnce is how many listings are made at a time, so that clients who ask for large
	// directories leave the processor to the others.
	madeAtOnce = 4
	// maxKept is about how many bytes of menus are kept: room for one of maxListed entries.
	maxKept = 16 << 20
	// settled is how long a directory must not have changed for its menu to be kept:
	// file systems do not tell two changes within one tick of their clock apart.
	settled = 2 * time.Second
	// maxAge is how long a menu is kept although its directory seems not to change. The
	// types of files without an extension depend on their content, too.
	maxAge = 10 * time.Second
)

// menus keeps the menus of directories for as long as these do not change, and has equal
// ones made once for all clients who ask at the same time.
type menus struct {
	listings flight.Group[flightKey, *gopherframe.Menu]
	maps     flight.Group[flightKey, *gopherframe.Menu] // without a limit: each is small

	mu   sync.Mutex
	kept lru.Cache[menuKey, keptMenu]
}

// A menuKey identifies a menu: the directory, and the prefix of its selectors, which depends
// on the Mount.
type menuKey struct{ name, base string }

// A flightKey also has the times of the files: who asks after a change must not get a menu
// that was begun before it.
type flightKey struct {
	menuKey
	changed, mapChanged int64 // in nanoseconds since 1970
}

type keptMenu struct {
	*gopherframe.Menu
	made  time.Time
	state state
}

func newMenus() *menus {
	m := &menus{listings: flight.Group[flightKey, *gopherframe.Menu]{AtOnce: madeAtOnce}}
	m.kept.Max = maxKept
	return m
}

// get returns the menu that is kept for key, or else the one that create returns. The
// caller may append to the menu, but must not change its items, which others share.
func (m *menus) get(ctx context.Context, key menuKey, state state, create func(context.Context) (*gopherframe.Menu, error)) (*gopherframe.Menu, error) {
	menu := m.find(key, state)
	if menu == nil {
		flights, flying := &m.listings, flightKey{menuKey: key, changed: state.dir.ModTime().UnixNano()}
		if state.gophermap != nil {
			flights, flying.mapChanged = &m.maps, state.gophermap.ModTime().UnixNano()
		}
		var err error
		menu, err = flights.Do(ctx, flying, func(ctx context.Context) (*gopherframe.Menu, error) {
			menu, err := create(ctx)
			if err == nil {
				m.keep(key, menu, state)
			}
			return menu, err
		})
		if err != nil {
			return nil, err
		}
	}
	return &gopherframe.Menu{Items: slices.Clip(menu.Items)}, nil
}

func (m *menus) find(key menuKey, state state) *gopherframe.Menu {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept, ok := m.kept.Get(key)
	if !ok || time.Since(kept.made) > maxAge || !kept.state.equal(state) {
		return nil
	}
	return kept.Menu
}

func (m *menus) keep(key menuKey, menu *gopherframe.Menu, state state) {
	if !state.isSettled() {
		return
	}
	const item = 64 // without the text of its fields
	weight := int64(len(key.name) + len(key.base))
	for _, it := range menu.Items {
		weight += item + int64(len(it.Name)+len(it.Selector)+len(it.Host))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept.Add(key, keptMenu{menu, time.Now(), state}, weight)
}

// A state has the FileInfos of the files that a menu is made of, at the time at which it
// was asked for.
type state struct {
	dir, gophermap fs.FileInfo // gophermap is nil if there is none
	asked          time.Time
}

func (s state) equal(other state) bool {
	return sameFile(s.dir, other.dir) && sameFile(s.gophermap, other.gophermap)
}

// isSettled reports whether every change after s was taken shows in the times of the
// files. File systems in memory may have no times.
func (s state) isSettled() bool {
	for _, info := range []fs.FileInfo{s.dir, s.gophermap} {
		if info != nil && (info.ModTime().IsZero() || s.asked.Sub(info.ModTime()) < settled) {
			return false
		}
	}
	return true
}

// sameFile reports whether a and b describe the same file, unchanged in between.
func sameFile(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	// A directory that was moved away for another one may have the same times. Files that
	// are not the system's, as in a zip archive, have no identity.
	return a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && (os.SameFile(a, b) || !isSystems(a))
}

// isSystems reports whether info is of a file of the system: os.SameFile knows no others.
func isSystems(info fs.FileInfo) bool { return os.SameFile(info, info) }
