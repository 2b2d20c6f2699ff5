package files

import "strings"

// selectors has the selectors of the entries of a directory, one after the other: one piece of
// memory takes less than one for each.
type selectors struct {
	prefix string
	left   string // those that next has not returned
}

func newSelectors(prefix string, entries []entry) selectors {
	n := len(prefix) * len(entries)
	for i := range entries {
		n += len(entries[i].name)
	}
	var all strings.Builder
	all.Grow(n)
	for i := range entries {
		all.WriteString(prefix)
		all.WriteString(entries[i].name)
	}
	return selectors{prefix, all.String()}
}

// size returns how many bytes are left.
func (s *selectors) size() int { return len(s.left) }

// next returns the selector of the next entry, which has that name.
func (s *selectors) next(name string) string {
	n := len(s.prefix) + len(name)
	selector := s.left[:n]
	s.left = s.left[n:]
	return selector
}
