package lru

// Len returns how many entries there are.
func (c *Cache[K, V]) Len() int { return len(c.entries) }

// Weight returns the weight of all entries.
func (c *Cache[K, V]) Weight() int64 { return c.weight }
