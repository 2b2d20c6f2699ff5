package pattern

import "strings"

// An Index holds patterns in order, each with a value, and finds the first that
// matches a selector without trying those that cannot: a pattern is tried only
// for selectors that begin with a text that all its matches begin with.
//
// It is a map from the selectors of patterns with finitely many matches, and a
// radix tree of the beginnings of all others. A pattern whose matches have no
// beginning in common is at the root of the tree, and tried for every selector.
//
// The zero Index is empty. Match is safe for concurrent use, also with itself,
// but not with Add.
type Index[V any] struct {
	entries []entry[V]
	whole   map[string]some
	tree    node
	each    []int32   // each[i] is i
	lists   [][]int32 // of more than one entry, in order
	shared  shared
}

// An entry is a pattern made ready for being tried. With many routes most of the
// time goes into waiting for memory, so it is small, and what entries have in
// common they share.
type entry[V any] struct {
	program *program // nil: the pattern matches in its own way
	pattern *Pattern
	value   V
	skip    int32 // how many bytes of the selector are known to match
	names   int32 // how many parameters there are
}

// A node is a beginning: the texts of its ancestors and its own. Its children
// lie together, so that a step down the tree is one step in memory.
type node struct {
	text     string // what it adds to the beginning of its parent
	labels   string // the first byte of the text of each child
	children []node
	entries  some // with this beginning
}

// some is none (0), one (its position and 1), or a list of entries (the negative
// position and 1 in Index.lists).
type some int32

// Len returns how many patterns there are.
func (x *Index[V]) Len() int { return len(x.entries) }

// At returns the value at a position that Match returned.
func (x *Index[V]) At(at int) V { return x.entries[at].value }

// Add puts p behind all others.
func (x *Index[V]) Add(p *Pattern, value V) {
	at := int32(len(x.entries))
	x.each = append(x.each, at)
	p.Names = x.shared.name(p.Names)
	e := entry[V]{pattern: p, names: int32(len(p.Names)), value: value}
	texts, finite := p.begins, p.finite
	if len(texts) == 1 {
		e.skip = p.known(texts[0])
	}
	if p.program != nil || e.skip > 0 {
		e.program = x.shared.program(p.program[min(1, int(e.skip), len(p.program)):])
	}
	x.entries = append(x.entries, e)
	for _, text := range texts {
		if finite {
			if x.whole == nil {
				x.whole = map[string]some{}
			}
			x.whole[text] = x.plus(x.whole[text], at)
		} else {
			n := x.tree.grow(text, &x.shared)
			n.entries = x.plus(n.entries, at)
		}
	}
}

// known returns how many bytes of a selector that begins with text, or is it if
// there is only one, need not be looked at again.
func (p *Pattern) known(text string) int32 {
	if _, ok := p.Literal(); ok {
		return int32(len(text))
	}
	if len(p.program) > 0 && p.program[0].op == match && p.program[0].value == none && p.program[0].text == text {
		return int32(len(text))
	}
	return 0
}

// plus returns entries with one more, unless that is the last one already.
func (x *Index[V]) plus(entries some, at int32) some {
	switch list := x.list(entries); {
	case len(list) == 0:
		return some(at + 1)
	case list[len(list)-1] == at:
		return entries
	case entries > 0:
		x.lists = append(x.lists, []int32{list[0], at})
		return some(-len(x.lists))
	default:
		x.lists[-entries-1] = append(list, at)
		return entries
	}
}

// list returns the positions of the entries, in order.
func (x *Index[V]) list(entries some) []int32 {
	switch {
	case entries > 0:
		return x.each[entries-1 : entries]
	case entries < 0:
		return x.lists[-entries-1]
	}
	return nil
}

// typicalLists is how many lists of candidates cost no allocation.
const typicalLists = 8

// Match returns the position of the first pattern, from position from on, that
// matches s, and its parameters. They are in room if that is large enough. It
// returns -1 if no pattern matches.
func (x *Index[V]) Match(s string, from int, room []string) (at int, values []string) {
	var few [typicalLists][]int32
	lists := x.candidates(s, few[:0])
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

// candidates appends the lists of entries that can match s, each in order.
func (x *Index[V]) candidates(s string, lists [][]int32) [][]int32 {
	if entries := x.whole[s]; entries != 0 {
		lists = append(lists, x.list(entries))
	}
	for n := &x.tree; ; {
		if n.entries != 0 {
			lists = append(lists, x.list(n.entries))
		}
		if s == "" {
			return lists
		}
		i := strings.IndexByte(n.labels, s[0])
		if i < 0 {
			return lists
		}
		if n = &n.children[i]; !strings.HasPrefix(s, n.text) {
			return lists
		}
		s = s[len(n.text):]
	}
}

// next removes the least element of lists and returns it, -1 if they are empty.
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

// grow returns the node below n with the beginning text.
func (n *node) grow(text string, shared *shared) *node {
	for text != "" {
		i := strings.IndexByte(n.labels, text[0])
		if i < 0 {
			i = len(n.labels)
			n.labels = shared.text(n.labels + text[:1])
			n.children = append(n.children, node{text: shared.text(text)})
		}
		n = &n.children[i]
		common := commonLen(text, n.text)
		if common < len(n.text) {
			n.split(common, shared)
		}
		text = text[common:]
	}
	return n
}

// split leaves n with the first bytes of its text and gives all else to a child.
func (n *node) split(length int, shared *shared) {
	below := *n
	below.text = shared.text(n.text[length:])
	*n = node{text: shared.text(n.text[:length]), labels: shared.text(n.text[length : length+1]), children: []node{below}}
}

func commonLen(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
