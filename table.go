package gopherframe

import (
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
	notFound []*Route              // given to NotFound, each for a prefix
	scopes   []*Route              // one for the prefix of each call of Route
	fallback pattern.Index[*Route] // asked when no route answers; set by freeze
	named    map[string]*Route
	byKey    map[string]*Route // by Pattern.Key, to find repetitions
	chain    Handler           // dispatch within the middleware of top; set by freeze
	nothing  *Error            // one for all requests: clients who guess selectors cost no memory

	freezing sync.Mutex
	frozen   atomic.Bool
}

func newTable(top *Router) *table {
	return &table{top: top, nothing: NotFound(""), named: map[string]*Route{}, byKey: map[string]*Route{}}
}

// add appends the route. It panics if no selector would reach it.
func (t *table) add(route *Route) {
	text := route.pattern.Text
	if other := t.byKey[route.pattern.Key()]; other != nil {
		panic(refusal(route.at, text, fmt.Sprintf("repeats %q (%s); remove one of them", other.pattern.Text, other.at)))
	}
	if literal, ok := route.pattern.Literal(); ok {
		if at, _ := t.index.Match(literal, 0, nil); at >= 0 {
			other := t.index.At(at)
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
	if other := t.notFoundOf(route.pattern); other != nil {
		panic(refusal(route.at, route.pattern.Text, fmt.Sprintf("has a NotFound handler already (%s); remove one of them", other.at)))
	}
	t.notFound = append(t.notFound, route)
}

// notFoundOf returns the NotFound of a prefix, nil if it has none.
func (t *table) notFoundOf(prefix *pattern.Pattern) *Route {
	for _, route := range t.notFound {
		if route.pattern.Key() == prefix.Key() {
			return route
		}
	}
	return nil
}

func (t *table) addScope(route *Route) { t.scopes = append(t.scopes, route) }

// nowhere answers where no handler was given to NotFound.
func (t *table) nowhere(*Request) Response { return t.nothing }

// fallbacks returns the routes given to NotFound, and one more for each Route that has
// middleware and no NotFound: it inherits a handler, so that the middleware also runs for
// selectors that no route matches.
func (t *table) fallbacks() []*Route {
	all := slices.Clone(t.notFound)
	for _, scope := range t.scopes {
		if scope.router.hasMiddleware() && t.notFoundOf(scope.pattern) == nil {
			scope.handler = t.inherited(scope.router)
			all = append(all, scope)
		}
	}
	for _, route := range all {
		route.fallback = true
	}
	return all
}

// inherited returns the handler of the nearest Router around r that has a NotFound, within
// the middleware of the With or Group on which NotFound was called.
func (t *table) inherited(r *Router) Handler {
	for outer := r.parent.scope(); ; outer = outer.parent.scope() {
		for _, route := range t.notFound {
			if route.router.scope() != outer {
				continue
			}
			h := route.handler
			for with := route.router; !r.isWithin(with); with = with.parent {
				h = wrap(with.mw, h)
			}
			return h
		}
		if outer.parent == nil {
			return t.nowhere
		}
	}
}

// hasMiddleware reports whether r or one of its parents has middleware, except the root.
func (r *Router) hasMiddleware() bool {
	for ; r.parent != nil; r = r.parent {
		if len(r.mw) > 0 {
			return true
		}
	}
	return false
}

// scope returns the nearest Router, r or a parent, that NewRouter or Route made: its prefix
// is r's.
func (r *Router) scope() *Router {
	for r.prefix == "" && r.parent != nil {
		r = r.parent
	}
	return r
}

// isWithin reports whether r is outer or a descendant of it.
func (r *Router) isWithin(outer *Router) bool {
	for ; r != nil; r = r.parent {
		if r == outer {
			return true
		}
	}
	return false
}

// checkOpen panics if it is too late to change anything.
func (t *table) checkOpen(at site) {
	if t.frozen.Load() {
		panic(fmt.Sprintf("gopherframe: %s: the Router has answered already; set it up before", at))
	}
}

// freeze makes the table ready for requests. Nothing changes in it afterwards. If a
// Middleware panics here, the table is not frozen, and the next freeze calls it again.
func (t *table) freeze() {
	t.freezing.Lock()
	defer t.freezing.Unlock()
	if t.frozen.Load() {
		return
	}
	fallbacks := t.fallbacks()
	for _, route := range slices.Concat(t.routes, fallbacks) {
		route.chain = route.router.wrap(route.handler)
	}
	t.chain = wrap(t.top.mw, t.dispatch)
	for _, route := range fallbacks {
		t.fallback.Add(route.pattern, route)
	}
	t.frozen.Store(true)
}

// dispatch asks the route that was matched and, as long as routes pass, the next ones
// that match. It comes inside of the middleware of the whole router, which so sees one
// request and one answer.
func (t *table) dispatch(q *Request) Response {
	selector := q.path()
	for route := q.match.route; route != nil; {
		resp := route.chain(q)
		if resp != Pass {
			return resp
		}
		q.match.find(&t.index, selector, route.position+1)
		route = q.match.route
	}
	return t.fallBack(q, selector)
}

// fallBack answers for a selector that no route matches, or that all of them passed: by the
// NotFound with the longest prefix of the selector, and the next one if that passes. Its
// parameters are those of the prefix.
func (t *table) fallBack(q *Request, selector string) Response {
	type candidate struct{ at, rest int } // its position, and the length of what follows its prefix
	var room [8]candidate                 // enough for most selectors
	found := room[:0]
	for at := q.match.find(&t.fallback, selector, 0); at >= 0; at = q.match.find(&t.fallback, selector, at+1) {
		found = append(found, candidate{at, len(q.match.values[len(q.match.values)-1])})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.rest - b.rest })
	for _, c := range found {
		q.match.find(&t.fallback, selector, c.at)
		if resp := q.match.route.chain(q); resp != Pass {
			return resp
		}
	}
	q.match.route, q.match.values = nil, nil
	return t.nowhere(q)
}

// find stores in m the first of the routes whose pattern matches the selector, starting at
// the position from, and its parameters. It returns the position of the route, and -1 if
// there is none.
func (m *match) find(routes *pattern.Index[*Route], selector string, from int) int {
	at, values := routes.Match(selector, from, m.room[:])
	m.route, m.values = nil, values
	if at >= 0 {
		m.route = routes.At(at)
	}
	return at
}
