// Package lru implements a map of bounded weight, which drops the entries that were used
// least recently.
package lru

// A Cache is a map whose entries together weigh at most Max, in whatever unit the caller
// counts. The zero Cache keeps nothing. A Cache is not safe for concurrent use.
type Cache[K comparable, V any] struct {
	Max int64 // must not change once there are entries

	weight  int64 // of all entries
	entries map[K]*entry[K, V]
	newest  *entry[K, V] // in the ring of all entries, where its newer neighbour is the oldest; nil: there are none
}

// An entry is in the map and in a ring ordered by last use.
type entry[K comparable, V any] struct {
	key          K
	value        V
	weight       int64
	newer, older *entry[K, V]
}

// Get returns the value kept for key, and whether there is one. The entry counts as used.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	e := c.entries[key]
	if e == nil {
		return value, false
	}
	c.unlink(e)
	c.link(e)
	return e.value, true
}

// Add keeps value for key, instead of any value that key had, and drops the entries used
// least recently as long as all weigh more than Max together. A value heavier than Max is
// not kept. The weight must not be negative.
func (c *Cache[K, V]) Add(key K, value V, weight int64) {
	e := c.entries[key]
	if weight > c.Max {
		c.remove(e)
		return
	}
	if e == nil {
		if c.entries == nil {
			c.entries = map[K]*entry[K, V]{}
		}
		e = &entry[K, V]{key: key}
		c.entries[key] = e
	} else {
		c.unlink(e)
	}
	c.weight += weight - e.weight
	e.value, e.weight = value, weight
	c.link(e)
	for c.weight > c.Max {
		c.remove(c.newest.newer) // the oldest
	}
}

// Remove drops the value kept for key, if there is one.
func (c *Cache[K, V]) Remove(key K) { c.remove(c.entries[key]) }

func (c *Cache[K, V]) remove(e *entry[K, V]) {
	if e == nil {
		return
	}
	c.unlink(e)
	c.weight -= e.weight
	delete(c.entries, e.key)
}

// link puts e into the ring as the newest entry.
func (c *Cache[K, V]) link(e *entry[K, V]) {
	e.newer, e.older = e, e
	if c.newest != nil {
		e.older, e.newer = c.newest, c.newest.newer
		e.older.newer, e.newer.older = e, e
	}
	c.newest = e
}

// unlink takes e out of the ring.
func (c *Cache[K, V]) unlink(e *entry[K, V]) {
	e.newer.older, e.older.newer = e.older, e.newer
	switch {
	case e.older == e:
		c.newest = nil
	case c.newest == e:
		c.newest = e.older
	}
}
