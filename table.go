package gopherframe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A table has the routes of a Router and of all that register through it.
type table struct {
	top      *Router
	routes   []*Route // in the order of registration
	notFound []*Route // once frozen the longest prefix first, and the last takes all
	named    map[string]*Route
	byKey    map[string]*Route // to find repetitions

	freezes sync.Once
	frozen  atomic.Bool
}

func newTable(top *Router) *table {
	return &table{top: top, named: map[string]*Route{}, byKey: map[string]*Route{}}
}

// add appends the route, or panics because it would never be reached.
func (t *table) add(route *Route) {
	text := route.pattern.Text
	if other := t.byKey[route.pattern.Key()]; other != nil {
		panic(refusal(route.at, text, fmt.Sprintf("repeats %q (%s); remove one of them", other.pattern.Text, other.at)))
	}
	if literal, ok := route.pattern.Literal(); ok {
		if other := t.match(literal, &match{}); other != nil {
			panic(refusal(route.at, text, fmt.Sprintf("is never reached: %q (%s) comes first; register it above", other.pattern.Text, other.at)))
		}
	}
	t.byKey[route.pattern.Key()] = route
	t.routes = append(t.routes, route)
}

func (t *table) addNotFound(route *Route) {
	for _, other := range t.notFound {
		if other.pattern.Key() == route.pattern.Key() {
			panic(refusal(route.at, route.pattern.Text, fmt.Sprintf("has a NotFound handler already (%s); remove one of them", other.at)))
		}
	}
	t.notFound = append(t.notFound, route)
}

// checkOpen panics if it is too late to change anything.
func (t *table) checkOpen(at string) {
	if t.frozen.Load() {
		panic(fmt.Sprintf("gopherframe: %s: the Router has answered already; set it up before", at))
	}
}

// freeze makes the table ready for requests. Nothing changes in it afterwards.
func (t *table) freeze() {
	if t.frozen.Load() {
		return
	}
	t.freezes.Do(func() {
		for _, route := range t.routes {
			route.chain = route.router.wrap(route.handler)
		}
		slices.SortStableFunc(t.notFound, func(a, b *Route) int {
			return cmp.Compare(len(b.pattern.Text), len(a.pattern.Text))
		})
		for _, route := range t.notFound {
			route.chain = route.router.wrap(route.handler)
		}
		t.notFound = append(t.notFound, &Route{chain: t.top.wrap(notFound)})
		t.frozen.Store(true)
	})
}

func notFound(*Request) Response { return NotFound("") }

// find returns the handler for the selector of q and notes in q why.
func (t *table) find(q *Request) Handler {
	selector := strings.TrimPrefix(q.Selector, "/")
	if route := t.match(selector, &q.match); route != nil {
		return route.chain
	}
	var ignored match
	for _, route := range t.notFound {
		if route.pattern == nil || route.pattern.Match(selector, ignored.room(len(route.pattern.Names))) {
			return route.chain
		}
	}
	return notFound // not reached: the last of t.notFound takes all
}

// match returns the first route whose pattern matches the selector, and puts it
// into m with its parameters. It returns nil if there is none.
func (t *table) match(selector string, m *match) *Route {
	for _, route := range t.routes {
		values := m.room(len(route.pattern.Names))
		if route.pattern.Match(selector, values) {
			m.route, m.values = route, values
			return route
		}
	}
	m.route, m.values = nil, nil
	return nil
}
