package lru_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"gopherframe/internal/lru"
)

func TestCache(t *testing.T) {
	c := lru.Cache[string, int]{Max: 10}
	c.Add("a", 1, 4)
	c.Add("b", 2, 4)
	c.Get("a")
	c.Add("c", 3, 4) // drops b, which was used least recently
	want := func(when string, weight int64, kept map[string]int) {
		t.Helper()
		for _, key := range []string{"a", "b", "c", "d"} {
			value, ok := c.Get(key)
			if wanted, there := kept[key]; ok != there || value != wanted {
				t.Errorf("%s: %s is %d, %v", when, key, value, ok)
			}
		}
		if c.Len() != len(kept) || c.Weight() != weight {
			t.Errorf("%s: %d entries of %d", when, c.Len(), c.Weight())
		}
	}
	want("full", 8, map[string]int{"a": 1, "c": 3})
	c.Add("a", 9, 6)
	want("replaced", 10, map[string]int{"a": 9, "c": 3})
	c.Add("a", 10, 7)
	want("heavier", 7, map[string]int{"a": 10})
	c.Add("d", 4, 11)
	want("too heavy", 7, map[string]int{"a": 10})
	c.Add("a", 11, 11)
	want("too heavy now", 0, nil)
	c.Remove("a")
	c.Add("b", 1, 10)
	want("again", 10, map[string]int{"b": 1})
	c.Remove("b")
	want("removed", 0, nil)

	var zero lru.Cache[string, int]
	zero.Add("a", 1, 1)
	if _, ok := zero.Get("a"); ok || zero.Len() != 0 {
		t.Error("the zero Cache keeps something")
	}
}

// TestAgainstAModel compares a Cache with a slice of its keys, ordered by last use.
func TestAgainstAModel(t *testing.T) {
	const maximum, keys = 20, 15
	random := rand.New(rand.NewPCG(1, 2))
	c := lru.Cache[int, int]{Max: maximum}
	var used []int // keys, the one used last at the end
	weights := map[int]int64{}
	forget := func(key int) {
		used = slices.DeleteFunc(used, func(k int) bool { return k == key })
	}
	for i := range 10_000 {
		key := random.IntN(keys)
		switch random.IntN(4) {
		case 0:
			c.Remove(key)
			forget(key)
			delete(weights, key)
		case 1:
			_, kept := weights[key]
			if _, ok := c.Get(key); ok != kept {
				t.Fatalf("step %d: %d is there: %v", i, key, ok)
			}
			if kept {
				forget(key)
				used = append(used, key)
			}
		default:
			weight := int64(random.IntN(10))
			c.Add(key, i, weight)
			forget(key)
			used = append(used, key)
			weights[key] = weight
			for sum(weights) > maximum {
				delete(weights, used[0])
				used = used[1:]
			}
		}
		if c.Len() != len(weights) || c.Weight() != sum(weights) {
			t.Fatalf("step %d: %d entries of %d, want %v", i, c.Len(), c.Weight(), weights)
		}
	}
}

func sum(weights map[int]int64) (n int64) {
	for w := range maps.Values(weights) {
		n += w
	}
	return n
}
