package gopherframe

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"text/tabwriter"

	"gopherframe/internal/framing"
	"gopherframe/internal/pattern"
)

// A Router answers with the handler of the first registered route whose pattern
// matches the selector: see the package comment for patterns. The zero Router is
// ready for use.
//
// A mistake in a registration is one in the program, so it panics and names the lines
// involved. One goroutine must register everything before the first Respond, which
// freezes the Router. Respond is safe for concurrent use.
//
// With, Group and Route give Routers that register into the same table with more
// middleware or under a prefix. It does not matter on which of them Respond,
// Routes or Selector is called.
type Router struct {
	parent *Router // nil for the one that has the table
	prefix string  // what this one adds to the prefix of its parent
	mw     []Middleware
	table  *table                // nil if parent is not
	lazy   sync.Once             // makes the table of a zero Router
	ready  atomic.Pointer[table] // the table of the root, once it is frozen
}

// NewRouter returns an empty Router.
func NewRouter() *Router { return &Router{} }

// Handle registers h for the selectors that match pattern. It panics if the
// pattern is bad, repeats an earlier one, or is a literal that an earlier one
// matches already.
func (r *Router) Handle(pattern string, h Handler) *Route {
	return r.register(pattern, h, caller(), false)
}

// Use adds middleware round all routes registered through r, before this call or after. If
// NewRouter or Route made r, the middleware is also round the answers to selectors below
// r's prefix that no route matches. Use(a, b) makes a(b(h)).
func (r *Router) Use(mw ...Middleware) { r.use(caller(), mw) }

func (r *Router) use(at site, mw []Middleware) {
	r.root().checkOpen(at)
	if slices.ContainsFunc(mw, func(m Middleware) bool { return m == nil }) {
		panic(fmt.Sprintf("gopherframe: %s: a middleware is nil", at))
	}
	r.mw = append(r.mw, mw...)
}

// With returns a Router that registers into the same table with more middleware, inside
// of the middleware of r.
func (r *Router) With(mw ...Middleware) *Router {
	w := &Router{parent: r}
	w.use(caller(), mw)
	return w
}

// Group calls fn with a Router like that of With: the middleware that fn adds to it by
// Use is for the routes that fn registers only.
func (r *Router) Group(fn func(*Router)) {
	if fn == nil {
		panic(fmt.Sprintf("gopherframe: %s: Group needs a function that registers routes", caller()))
	}
	fn(r.With())
}

// Route calls fn with a Router that puts prefix, itself a pattern, and one "/"
// before every pattern. The pattern "" is the prefix itself. Its middleware also sees the
// answers to selectors below the prefix that no route matches; if several Routes have the
// same prefix, only that of the first does. Route panics if prefix is a bad pattern.
func (r *Router) Route(prefix string, fn func(*Router)) {
	at := caller()
	if fn == nil {
		panic(refusal(at, prefix, "has no function that registers routes below it"))
	}
	w := r.With()
	w.prefix = prefix
	scope := r.route(prefix, r.root().nowhere, at, true)
	scope.router = w
	r.root().addScope(scope)
	fn(w)
}

// Mount lets h answer for prefix, itself a pattern, and for everything below it:
// Mount("files/", h) for "files", "files/" and "files/a", but not "filesystem".
// h sees the selector with the prefix removed, and the removed part as
// [Request.Base]. Middleware of r sees the whole selector.
func (r *Router) Mount(prefix string, h Handler) {
	route := r.register(prefix, h, caller(), true)
	route.handler = mounted(route.pattern, h)
	route.mount = true
}

// NotFound lets h answer for selectors that no route matches, through the
// middleware of r. On a Router that Route made it is for selectors below the
// prefix; the longest prefix of the selector wins. Its parameters are those of the prefix.
// It panics if r's prefix has a NotFound handler already.
func (r *Router) NotFound(h Handler) {
	r.root().addNotFound(r.route("", h, caller(), true))
}

// path returns the patterns of r and its parents, outermost first, and text.
func (r *Router) path(text string) []string {
	if r.parent == nil {
		return []string{text}
	}
	return append(r.parent.path(r.prefix), text)
}

// root returns the table that r registers into.
func (r *Router) root() *table {
	for r.parent != nil {
		r = r.parent
	}
	r.lazy.Do(func() { r.table = newTable(r) })
	return r.table
}

func (r *Router) register(text string, h Handler, at site, prefix bool) *Route {
	route := r.route(text, h, at, prefix)
	r.root().add(route)
	return route
}

// route returns a route that is not in the table yet, or panics because the pattern or
// the handler is bad.
func (r *Router) route(text string, h Handler, at site, prefix bool) *Route {
	r.root().checkOpen(at)
	compile := pattern.Compile
	if prefix {
		compile = pattern.CompilePrefix
	}
	p, err := compile(r.path(text)...)
	if err != nil {
		panic(refusal(at, text, "is refused: "+err.Error()))
	}
	if h == nil {
		panic(refusal(at, text, "has a nil handler"))
	}
	return &Route{pattern: p, names: p.Names, handler: h, router: r, at: at}
}

// wrap returns h within the middleware of r and of its parents, except the root's.
func (r *Router) wrap(h Handler) Handler {
	for ; r.parent != nil; r = r.parent {
		h = wrap(r.mw, h)
	}
	return h
}

func wrap(mw []Middleware, h Handler) Handler {
	for _, m := range slices.Backward(mw) {
		h = m(h)
	}
	return h
}

// Respond returns the answer of the first route that matches, and never nil. If
// that is [Pass] the next route that matches answers, and NotFound if there is
// none. Respond itself does no input or output. As a [Handler], r.Respond can be mounted
// in another Router.
//
// Respond notes in q which route matched. Calling it again with the same q gives the same
// answer.
func (r *Router) Respond(q *Request) Response {
	t := r.ready.Load()
	if t == nil {
		t = r.root()
		t.freeze()
		r.ready.Store(t)
	}
	q.match.find(&t.index, q.path(), 0)
	q.notePattern()
	if resp := t.chain(q); resp != nil {
		return resp
	}
	return Fail(errNoResponse)
}

// mounted returns a Handler that gives h a copy of the Request without the prefix. It
// matches the prefix again, as middleware may have changed the selector.
func mounted(prefix *pattern.Pattern, h Handler) Handler {
	return func(q *Request) Response {
		selector := q.path()
		values := make([]string, len(prefix.Names))
		if !prefix.Match(selector, values) {
			return NotFound("")
		}
		rest := values[len(values)-1]
		base := selector[:len(selector)-len(rest)]
		if base != "" && !strings.HasSuffix(base, "/") {
			base += "/"
		}
		if base == "" && strings.HasPrefix(rest, "/") {
			rest = q.Selector // "//a", not "/a": h, too, may ignore the first slash
		}
		below := q.clone()
		below.outer = q
		below.match = match{}
		below.Selector = rest
		below.base = q.base + base
		return h(below)
	}
}

// Routes returns the routes in the order in which they were registered.
func (r *Router) Routes() []RouteInfo {
	routes := r.root().routes
	infos := make([]RouteInfo, len(routes))
	for i, route := range routes {
		infos[i] = route.info()
	}
	return infos
}

// String returns the routes as a table for people, in the order of registration:
// pattern, kind, name, type, title, and where each was registered.
func (r *Router) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PATTERN\tKIND\tNAME\tTYPE\tTITLE\tREGISTERED")
	for _, info := range r.Routes() {
		fmt.Fprintf(w, "%q\t%s\t%s\t%s\t%s\t%s\n", info.Pattern, info.Kind, info.Name, info.Type, info.Title, info.Source)
	}
	w.Flush()
	return b.String()
}

// Selector returns a selector that the route called name matches, and in which
// its parameters have the values given as pairs: name, value, name, value. A parameter
// that is left out is "", if its group is optional or it may be empty. The error says which
// name is unknown, or which values do not fit and which parameter has none.
func (r *Router) Selector(name string, pairs ...string) (string, error) {
	route := r.root().named[name]
	if route == nil {
		return "", fmt.Errorf("gopherframe: no route is named %q", name)
	}
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("gopherframe: selector of %q: %d strings do not make pairs of names and values", name, len(pairs))
	}
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		if strings.ContainsAny(pairs[i+1], framing.Forbidden) {
			return "", fmt.Errorf("gopherframe: selector of %q: %s=%q cannot travel in a selector", name, pairs[i], pairs[i+1])
		}
		values[pairs[i]] = pairs[i+1]
	}
	s, err := route.pattern.Fill(values)
	if err != nil {
		return "", fmt.Errorf("gopherframe: selector of %q: %w", name, err)
	}
	if strings.HasPrefix(s, "/") {
		s = "/" + s // one leading slash is ignored
	}
	return s, nil
}

// CheckPattern returns the reason for which Handle would refuse the pattern in an empty
// Router, nil if it would not. It is for patterns that come from a configuration file.
func CheckPattern(text string) error {
	if _, err := pattern.Compile(text); err != nil {
		return fmt.Errorf("gopherframe: pattern %q: %w", text, err)
	}
	return nil
}
