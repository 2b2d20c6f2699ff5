package files

import (
	"slices"
	"sync"
	"unsafe"
	"weak"

	"gopherframe"
	"gopherframe/internal/lru"
)

const (
	// alikeFrom is how many bytes a menu takes at least to be compared with the one before.
	alikeFrom = maxText
	// maxAlike is how many menus are remembered. They take no memory once they are sent.
	maxAlike = 256
)

// alike has clients share the items of menus that are made for each request, as long as these
// come out the same: a client who does not read holds the whole menu in memory. What nobody
// holds any more is not kept.
type alike struct {
	mu   sync.Mutex
	last lru.Cache[key, lastItems]
}

// lastItems are the items of a menu, as long as anybody uses them.
type lastItems struct {
	first weak.Pointer[gopherframe.Item]
	n     int
}

func (l lastItems) items() []gopherframe.Item {
	first := l.first.Value()
	if first == nil {
		return nil
	}
	return unsafe.Slice(first, l.n)
}

// items returns the items that were made for k last if they are still in use and equal to those
// of m, else those of m.
func (a *alike) items(k key, m made) []gopherframe.Item {
	items := m.menu.Items
	if m.weight < alikeFrom || len(items) == 0 {
		return items
	}
	a.mu.Lock()
	last, _ := a.last.Get(k)
	a.mu.Unlock()
	if before := last.items(); slices.Equal(before, items) {
		return before
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last.Max = maxAlike
	a.last.Add(k, lastItems{weak.Make(&items[0]), len(items)}, 1)
	return items
}
