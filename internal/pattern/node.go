package pattern

import (
	"slices"
	"unique"
)

// A node of a radix tree stands for a text: the texts of its ancestors, the root
// first, and its own, which is first and then rest. The root's own text is "". No two
// children of a node have the same first byte.
type node struct {
	rest     string
	slots    string // slots[c-low] is the number of the child that alone can have the first byte c
	children []node // in one piece of memory, so that a step down reads one place
	entries  positions
	first    byte
	low      byte // the least first byte of the children
}

// child returns the child with the first byte c, nil if there is none.
func (n *node) child(c byte) *node {
	if slot := int(c) - int(n.low); slot >= 0 && slot < len(n.slots) {
		if child := &n.children[n.slots[slot]]; child.first == c {
			return child
		}
	}
	return nil
}

// grow returns the node that stands for the text of n and then text. If there is none
// it is made.
func (n *node) grow(text string) *node {
	for text != "" {
		next := n.child(text[0])
		if next == nil {
			next = n.adopt(node{first: text[0], rest: shared(text[1:])})
		}
		n, text = next, text[1:]
		common := commonLen(text, n.rest)
		if common < len(n.rest) {
			n.split(common)
		}
		text = text[common:]
	}
	return n
}

// adopt adds a child and returns it.
func (n *node) adopt(child node) *node {
	n.children = append(n.children, child)
	byFirst := func(a, b node) int { return int(a.first) - int(b.first) }
	n.low = slices.MinFunc(n.children, byFirst).first
	slots := make([]byte, int(slices.MaxFunc(n.children, byFirst).first-n.low)+1)
	for i := range n.children {
		slots[n.children[i].first-n.low] = byte(i)
	}
	n.slots = shared(string(slots))
	return &n.children[len(n.children)-1]
}

// split leaves n with the first length bytes of its rest. A new child gets what is behind
// them and all else that n had.
func (n *node) split(length int) {
	below := *n
	below.first, below.rest = n.rest[length], shared(n.rest[length+1:])
	*n = node{first: n.first, rest: shared(n.rest[:length])}
	n.adopt(below)
}

// shared returns text in a copy that all nodes share, for the same reason as
// Index.names. Without that a request to 10,000 routes takes 8 % longer, or more if
// other programs use the cache, too.
func shared(text string) string { return unique.Make(text).Value() }

// commonLen returns the length of the longest text with which both a and b begin.
func commonLen(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
