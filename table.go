package gopherframe

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"gopherframe/internal/pattern"
)

// A table has the routes of a Router and of all that register through it.
type table struct {
	top      *Router
	routes   []*Route              // in the order of registration
	index    pattern.Index[*Route] // of their patterns
	notFound []*Route              // once frozen the longest prefix first
	named    map[string]*Route
	byKey    map[string]*Route // to find repetitions
	chain    Handler           // dispatch within the middleware of top, once frozen

	freezing sync.Mutex
	frozen   atomic.Bool
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
		if other := t.match(literal, 0, &match{}); other != nil {
			panic(refusal(route.at, text, fmt.Sprintf("is never reached: %q (%s) comes first; register it above", other.pattern.Text, other.at)))
		}
	}
	t.byKey[route.pattern.Key()] = route
	route.position = len(t.routes)
	t.routes = append(t.routes, route)
	t.index.Add(route.pattern, route)
	route.names = route.pattern.Names
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
func (t *table) checkOpen(at site) {
	if t.frozen.Load() {
		panic(fmt.Sprintf("gopherframe: %s: the Router has answered already; set it up before", at))
	}
}

// freeze makes the table ready for requests. Nothing changes in it afterwards. If
// a middleware panics it does so again at the next call.
func (t *table) freeze() {
	t.freezing.Lock()
	defer t.freezing.Unlock()
	if t.frozen.Load() {
		return
	}
	slices.SortStableFunc(t.notFound, func(a, b *Route) int {
		return cmp.Compare(len(b.pattern.Text), len(a.pattern.Text))
	})
	for _, route := range slices.Concat(t.routes, t.notFound) {
		route.chain = route.router.wrap(route.handler)
	}
	t.chain = wrap(t.top.mw, t.dispatch)
	t.frozen.Store(true)
}

// dispatch asks the route that was matched and, as long as they pass, those that
// match after it. It comes inside of the middleware of the whole router, so that
// this sees one request and one answer.
func (t *table) dispatch(q *Request) Response {
	selector := q.path()
	for route := q.match.route; route != nil; {
		resp := route.chain(q)
		if resp != Pass {
			return resp
		}
		route = t.match(selector, route.position+1, &q.match)
	}
	for _, route := range t.notFound {
		if route.pattern.Match(selector, make([]string, len(route.names))) {
			if resp := route.chain(q); resp != Pass {
				return resp
			}
		}
	}
	return NotFound("")
}

// match returns the first route, from a position on, whose pattern matches the
// selector, and puts it into m with its parameters. It returns nil if there is
// none.
func (t *table) match(selector string, from int, m *match) *Route {
	if at, values := t.index.Match(selector, from, m.room[:]); at >= 0 {
		m.route, m.values = t.index.At(at), values
	} else {
		m.route, m.values = nil, nil
	}
	return m.route
}
