package gopherframe

import (
	"fmt"
	"path/filepath"
	"runtime"

	"gopherframe/internal/pattern"
)

// A Route is what [Router.Handle] registered.
type Route struct {
	// The fields that a request needs are together at the front: one line of the
	// processor's cache.
	chain    Handler  // handler within the middleware of its Routers; set by freeze
	names    []string // of the parameters
	position int      // in the table

	pattern *pattern.Pattern
	handler Handler // as registered
	router  *Router // through which it was registered
	at      site    // where
	mount   bool
	// fallback says that the route answers where none matches: it was given to NotFound,
	// or made for a Route.
	fallback bool
	name     string
	typ      ItemType
	title    string
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

// As gives the route the type and title with which menus list it: see [RouteInfo].
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

// refusal returns the text that a refused registration panics with.
func refusal(at site, text, why string) string {
	return fmt.Sprintf("gopherframe: %s: pattern %q %s", at, text, why)
}

// A site is a line of the program, as a program counter: its file and number are looked
// up only for a message.
type site uintptr

// caller returns the line that called the function that calls caller.
func caller() site {
	var pc [1]uintptr
	runtime.Callers(3, pc[:])
	return site(pc[0])
}

// String returns the file, without its directory, and the line.
func (s site) String() string {
	frame, _ := runtime.CallersFrames([]uintptr{uintptr(s)}).Next()
	return fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
}
