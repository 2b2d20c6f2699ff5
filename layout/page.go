package layout

import (
	"iter"
	"math"
)

// Page returns the items of a page, size of them or fewer, and the number of the
// next page, 0 if there is none:
//
//	page, _ := strconv.Atoi(q.Param("page"))
//	posts, next := layout.Page(slices.Values(all), page, 20)
//	// ... a menu of the posts
//	if next > 0 {
//		m.Menu("more…", fmt.Sprint("posts/", next))
//	}
//
// Pages count from 1. A page of less than 1 is the first one and one behind the
// last is empty, so numbers that clients make up do no harm. A size of less than 1
// is 1.
//
// Page reads seq from its beginning to one item past the page, to know whether there is a
// next one. Where seq is slow or has no end, refuse numbers that are too large.
func Page[T any](seq iter.Seq[T], page, size int) (items []T, next int) {
	page, size = max(page, 1), max(size, 1)
	if page-1 > (math.MaxInt-size)/size {
		return nil, 0 // no seq is that long
	}
	first := (page - 1) * size
	i := 0
	for item := range seq {
		if i == first+size {
			return items, page + 1
		}
		if i >= first {
			items = append(items, item)
		}
		i++
	}
	return items, 0
}
