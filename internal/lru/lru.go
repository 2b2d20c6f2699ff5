// Package lru has a map that is bounded by weight: what was used least recently
// goes first.
package lru

// A Cache is a map of at most Max units of weight, whatever they mean. The zero
// Cache keeps nothing. It is not safe for concurrent use.
type Cache[K comparable, V any] struct {
	Max int64 // must not be changed once there are entries

	weight  int64
	entries map[K]*entry[K, V]
	newest  *entry[K, V] // of a ring, in which older ones follow; nil: empty
}

type entry[K comparable, V any] struct {
	key          K
	value        V
	weight       int64
	newer, older *entry[K, V]
}

// Get returns what is kept for key, and whether there is something. That is then
// the entry used last.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	e := c.entries[key]
	if e == nil {
		return value, false
	}
	c.unlink(e)
	c.link(e)
	return e.value, true
}

// Add keeps value for key, in place of what was, and drops what there is no more
// room for. What is heavier than Max is not kept. A weight must not be negative.
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
		c.remove(c.newest.newer) // round the ring, the oldest
	}
}

// Remove drops what is kept for key, if anything.
func (c *Cache[K, V]) Remove(key K) { c.remove(c.entries[key]) }

// Len returns how many entries there are.
func (c *Cache[K, V]) Len() int { return len(c.entries) }

// Weight returns the weight of all entries.
func (c *Cache[K, V]) Weight() int64 { return c.weight }

func (c *Cache[K, V]) remove(e *entry[K, V]) {
	if e == nil {
		return
	}
	c.unlink(e)
	c.weight -= e.weight
	delete(c.entries, e.key)
}

// link makes e the newest.
func (c *Cache[K, V]) link(e *entry[K, V]) {
	e.newer, e.older = e, e
	if c.newest != nil {
		e.older, e.newer = c.newest, c.newest.newer
		e.older.newer, e.newer.older = e, e
	}
	c.newest = e
}

func (c *Cache[K, V]) unlink(e *entry[K, V]) {
	e.newer.older, e.older.newer = e.older, e.newer
	switch {
	case e.older == e:
		c.newest = nil
	case c.newest == e:
		c.newest = e.older
	}
}
