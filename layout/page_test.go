package layout_test

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophertest"
	"gopherframe/layout"
)

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		name       string
		count      int // of items, from 0 on
		page, size int
		want       []int
		next       int
		asked      int // items that Page took
	}{
		{"first", 10, 1, 3, []int{0, 1, 2}, 2, 4},
		{"second", 10, 2, 3, []int{3, 4, 5}, 3, 7},
		{"last", 10, 4, 3, []int{9}, 0, 10},
		{"last and full", 9, 3, 3, []int{6, 7, 8}, 0, 9},
		{"behind the last", 9, 4, 3, nil, 0, 9},
		{"no items", 0, 1, 3, nil, 0, 0},
		{"page 0", 10, 0, 3, []int{0, 1, 2}, 2, 4},
		{"negative page", 10, math.MinInt, 3, []int{0, 1, 2}, 2, 4},
		{"huge page", 10, math.MaxInt, 3, nil, 0, 0},
		{"huge page and size", 10, math.MaxInt, math.MaxInt, nil, 0, 0},
		{"huge page of 1", 10, math.MaxInt, 1, nil, 0, 10},
		{"huge size", 10, 1, math.MaxInt, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 10},
		{"size 0", 10, 2, 0, []int{1}, 3, 3},
		{"negative size", 10, 2, -5, []int{1}, 3, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			var seq iter.Seq[int] = func(yield func(int) bool) {
				for i := range tt.count {
					asked++
					if !yield(i) {
						return
					}
				}
			}
			got, next := layout.Page(seq, tt.page, tt.size)
			if diff := cmp.Diff(tt.want, got); diff != "" || next != tt.next {
				t.Errorf("next %d, want %d (-want +got):\n%s", next, tt.next, diff)
			}
			if asked != tt.asked {
				t.Errorf("%d items were taken, want %d", asked, tt.asked)
			}
		})
	}
}

func ExamplePage() {
	posts := []string{"Burrows", "Claws", "Digging", "Earth", "Fur"}
	r := gopherframe.NewRouter()
	r.Handle("posts/{page}", func(q *gopherframe.Request) gopherframe.Response {
		page, _ := strconv.Atoi(q.Param("page"))
		some, next := layout.Page(slices.Values(posts), page, 2)
		m := gopherframe.NewMenu()
		for _, post := range some {
			m.Text(post, "post/"+post)
		}
		if next > 0 {
			m.Menu("more…", fmt.Sprint("posts/", next))
		}
		return m
	})
	for _, selector := range []string{"posts/2", "posts/3", "posts/-7000"} {
		for _, it := range gophertest.Get(r.Respond, selector).Menu.Items {
			fmt.Println(selector, it.Name)
		}
	}
	// Output:
	// posts/2 Digging
	// posts/2 Earth
	// posts/2 more…
	// posts/3 Fur
	// posts/-7000 Burrows
	// posts/-7000 Claws
	// posts/-7000 more…
}
