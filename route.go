package gopherframe

import (
	"fmt"

	"gopherframe/internal/pattern"
)

// A Route is what [Router.Handle] registered.
type Route struct {
	// What a request needs stands together, at the front.
	chain    Handler  // within the middleware of its scopes, once the Router is frozen
	names    []string // of the parameters
	position int      // in the table

	pattern *pattern.Pattern
	handler Handler // as registered
	router  *Router // through which it was registered
	at      site    // where
	mount   bool
	name    string
	typ     ItemType
	title   string
}

// RouteInfo describes a route.
type RouteInfo struct {
	Pattern string   // with the prefixes of its Routes, without a leading slash
	Kind    string   // how it is written: "literal", "template", "regexp"; "mount" for a Mount
	Name    string   // given by Named, else ""
	Type    ItemType // given by As, else 0
	Title   string   // given by As, else ""
	Source  string   // where it was registered, as "main.go:31"
}

// Named gives the route a name for [Router.Selector]. It panics if another route
// of the Router has it.
func (t *Route) Named(name string) *Route {
	at := caller()
	table := t.router.root()
	table.checkOpen(at)
	if other := table.named[name]; other != nil {
		panic(refusal(at, t.pattern.Text, fmt.Sprintf("cannot be named %q: %q (%s) is; choose another name", name, other.pattern.Text, other.at)))
	}
	delete(table.named, t.name)
	table.named[name] = t
	t.name = name
	return t
}

// As says how menus list the route.
func (t *Route) As(typ ItemType, title string) *Route {
	t.router.root().checkOpen(caller())
	t.typ, t.title = typ, title
	return t
}

func (t *Route) info() RouteInfo {
	kind := t.pattern.Kind.String()
	if t.mount {
		kind = "mount"
	}
	return RouteInfo{t.pattern.Text, kind, t.name, t.typ, t.title, t.at.String()}
}
