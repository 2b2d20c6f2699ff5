package pattern

import (
	"fmt"
	"strings"
)

// An Index holds patterns, each with a value, in the order in which they were added.
// It finds the first one that matches a selector, and tries only patterns of which a
// match can begin as the selector does.
//
// The zero Index is empty. Match, At and Len are safe for concurrent use, but not
// during Add.
type Index[V any] struct {
	entries []entry[V]

	// Patterns that match at most 16 selectors are listed under each of them in bySelector,
	// all others in byBeginning, under each text with which a match can begin: "" if nothing
	// is known of it.
	bySelector  map[string]positions
	byBeginning node

	ascending []int32   // ascending[i] is i
	lists     [][]int32 // see positions

	// Patterns with equal names or programs share one copy, which stays in the cache of
	// the processor. Without that, a request to 10,000 routes with a parameter takes
	// 27 % (names) or 24 % (programs) longer.
	names    map[string][]string
	programs map[string]*program
}

// An entry has what is needed to try a pattern, so that the pattern itself is read
// only if RE2 matches it.
type entry[V any] struct {
	program *program // of pattern, nil if that has none
	pattern *Pattern
	value   V
	skip    int32 // length of pattern.head; see Add
	names   int32 // length of pattern.Names
}

// positions is a list of positions in Index.entries, in ascending order. With a slice
// in its place a request to 10,000 routes takes 12 % longer.
//
//	value    list
//	 0       empty
//	 n > 0   n-1 only
//	-n < 0   Index.lists[n-1], which has two or more
type positions int32

// At returns the value of the pattern at a position that Match returned.
func (x *Index[V]) At(at int) V { return x.entries[at].value }

// Add appends p. It may replace p.Names by an equal slice that other patterns use.
func (x *Index[V]) Add(p *Pattern, value V) {
	at := int32(len(x.entries))
	x.ascending = append(x.ascending, at)
	p.Names = share(&x.names, fmt.Sprintf("%q", p.Names), p.Names)
	e := entry[V]{pattern: p, value: value, names: int32(len(p.Names))}
	if p.re == nil {
		program := p.program
		e.program = share(&x.programs, program.key(), &program)
		// All of p.begins begin with head, so candidates has compared it. To compare it
		// once more takes 44 % longer with 10,000 routes.
		e.skip = int32(len(p.head))
	}
	x.entries = append(x.entries, e)
	for _, text := range p.begins {
		if !p.finite {
			n := x.byBeginning.grow(text)
			n.entries = x.plus(n.entries, at)
			continue
		}
		if x.bySelector == nil {
			x.bySelector = map[string]positions{}
		}
		x.bySelector[text] = x.plus(x.bySelector[text], at)
	}
}

// share returns the value that all has for the key. If there is none, value is put
// there and returned.
func share[T any](all *map[string]T, key string, value T) T {
	if *all == nil {
		*all = map[string]T{}
	}
	if first, ok := (*all)[key]; ok {
		return first
	}
	(*all)[key] = value
	return value
}

// plus returns the list with one more position, unless that is the last already.
func (x *Index[V]) plus(entries positions, at int32) positions {
	switch list := x.list(entries); {
	case len(list) == 0:
		return positions(at + 1)
	case list[len(list)-1] == at:
		return entries
	case entries > 0:
		x.lists = append(x.lists, []int32{list[0], at})
		return positions(-len(x.lists))
	default:
		x.lists[-entries-1] = append(list, at)
		return entries
	}
}

// list returns the positions as a slice.
func (x *Index[V]) list(entries positions) []int32 {
	switch {
	case entries > 0:
		return x.ascending[entries-1 : entries]
	case entries < 0:
		return x.lists[-entries-1]
	}
	return nil
}

// Match returns the position of the first pattern that matches s, not before position
// from, and the values of its parameters. They are in room if that is long enough. If
// no pattern matches it returns -1.
func (x *Index[V]) Match(s string, from int, room []string) (at int, values []string) {
	var buffer [8][]int32 // enough for most selectors
	lists := x.candidates(s, buffer[:0])
	for {
		at := next(lists)
		if at < 0 {
			return -1, nil
		}
		if at < from {
			continue
		}
		e := &x.entries[at]
		if int(e.names) <= len(room) {
			values = room[:e.names]
		} else {
			values = make([]string, e.names)
		}
		if e.match(s, values) {
			return at, values
		}
	}
}

func (e *entry[V]) match(s string, values []string) bool {
	if e.program != nil {
		return e.program.run(s, int(e.skip), values)
	}
	return e.pattern.Match(s, values)
}

// candidates appends to lists the positions of the patterns that can match s. Each
// list is in ascending order, and a position may be in several.
func (x *Index[V]) candidates(s string, lists [][]int32) [][]int32 {
	if entries := x.bySelector[s]; entries != 0 {
		lists = append(lists, x.list(entries))
	}
	for n := &x.byBeginning; ; {
		if n.entries != 0 {
			lists = append(lists, x.list(n.entries))
		}
		if s == "" {
			return lists
		}
		if n = n.child(s[0]); n == nil {
			return lists
		}
		// Most steps have no rest: to compare it all the same takes a fifth longer.
		if s = s[1:]; n.rest != "" {
			if !strings.HasPrefix(s, n.rest) {
				return lists
			}
			s = s[len(n.rest):]
		}
	}
}

// next removes the least position from the lists and returns it, or -1 if they are
// empty.
func next(lists [][]int32) int {
	least := int32(-1)
	for _, list := range lists {
		if len(list) > 0 && (least < 0 || list[0] < least) {
			least = list[0]
		}
	}
	for i, list := range lists {
		if len(list) > 0 && list[0] == least {
			lists[i] = list[1:]
		}
	}
	return int(least)
}
