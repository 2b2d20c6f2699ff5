package files

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Order is one thing by which the entries of an automatic menu are sorted, see [Sort].
type Order string

const (
	DirsFirst Order = "dirs"    // directories before files
	ByName    Order = "name"    // by the bytes of the names
	Natural   Order = "natural" // by name, and by value where names have numbers: file2 before file10
	Newest    Order = "newest"  // by the time of the last change, the last one first
)

// orders has the comparison for each Order.
var orders = map[Order]func(a, b entry) int{
	DirsFirst: func(a, b entry) int {
		switch {
		case a.isDir == b.isDir:
			return 0
		case a.isDir:
			return -1
		}
		return 1
	},
	ByName:  func(a, b entry) int { return strings.Compare(a.name, b.name) },
	Natural: func(a, b entry) int { return compareNatural(a.name, b.name) },
	Newest:  func(a, b entry) int { return b.date().Compare(a.date()) },
}

// Sort returns an [Option] that sorts automatic menus: by the first order, where that makes no
// difference by the second, and so on, and at last by name. Without it the order is DirsFirst, then
// ByName. For Newest every entry is looked up, as for [Long]. Sort panics if there is no such
// Order.
func Sort(by ...Order) Option {
	for _, order := range by {
		if orders[order] == nil {
			panic(fmt.Sprintf("gopherframe: files.Sort(%q): there is no such order; take DirsFirst, ByName, Natural or Newest", order))
		}
	}
	by = append(slices.Clone(by), ByName)
	return func(s *server) {
		s.order = by
		s.looks = s.long || slices.Contains(by, Newest)
	}
}

// sort sorts the entries as the options say.
func (s *server) sort(entries []entry) {
	compare := make([]func(a, b entry) int, len(s.order))
	for i, order := range s.order {
		compare[i] = orders[order]
	}
	slices.SortFunc(entries, func(a, b entry) int {
		for _, by := range compare {
			if order := by(a, b); order != 0 {
				return order
			}
		}
		return 0
	})
}

// compareNatural compares names, runs of digits in them by their value.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		n, m := digits(a), digits(b)
		order := cmp.Compare(a[0], b[0])
		if n > 0 && m > 0 {
			order = compareNumbers(a[:n], b[:m])
		}
		if order != 0 {
			return order
		}
		a, b = a[max(n, 1):], b[max(m, 1):]
	}
	return cmp.Compare(len(a), len(b))
}

// digits returns how many digits s begins with.
func digits(s string) (n int) {
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// compareNumbers compares numbers of any length.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
