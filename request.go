package gopherframe

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"gopherframe/internal/framing"
)

// A Request is one line that a client sent, taken apart. A literal is a valid
// Request: its context is context.Background().
//
// A Request belongs to one exchange. [Router.Respond] notes the match in it, so
// two goroutines must not pass the same Request to a Router at the same time.
type Request struct {
	Selector   string         // first TAB field, NUL already SPACE, otherwise exactly as sent
	Query      string         // second field: what a type 7 search asked; "" when absent
	Extra      []string       // every field after the selector, Query included
	Host       string         // what links to this server advertise
	Port       int            // goes with Host
	Transport  string         // "tcp", "tls", "quic", "unix", "stdio", "http"
	Remote     netip.AddrPort // the client; the zero AddrPort where there is no address
	ServerName string         // TLS or QUIC server name indication; over HTTP the name in Host; "" otherwise

	ctx      context.Context
	base     string
	match    match
	outer    *Request  // the one of which a Mount made this one
	exchange *exchange // nil in a Request that Serve did not make
}

// A match is the route that a Router found, and the values of its parameters.
type match struct {
	route  *Route
	values []string
	room   [4]string // for values, so that matching up to four allocates nothing
}

// Param returns the part of the selector that the named group or placeholder of the
// pattern matched. It returns "" for a group that took no part in the match and for an
// unknown name. A mounted handler also sees the parameters of the prefix it is mounted at.
func (q *Request) Param(name string) string {
	if name == "" {
		return ""
	}
	for ; q != nil; q = q.outer {
		if q.match.route == nil {
			continue
		}
		if i := slices.Index(q.match.route.names, name); i >= 0 {
			return q.match.values[i]
		}
	}
	return ""
}

// Context returns the context of the exchange. It ends when the client goes away, a
// deadline passes, or a stopping server has waited long enough: see listen.Stopping for
// handlers that follow something without end. It is never nil.
func (q *Request) Context() context.Context {
	if q.ctx == nil {
		return context.Background()
	}
	return q.ctx
}

// WithContext returns a shallow copy of q with its context replaced by ctx. It
// panics if ctx is nil.
func (q *Request) WithContext(ctx context.Context) *Request {
	if ctx == nil {
		panic("gopherframe: nil context")
	}
	c := q.clone()
	c.ctx = ctx
	return c
}

// clone returns a shallow copy with a match of its own. Who changes Extra must clone that
// first.
func (q *Request) clone() *Request {
	c := *q
	c.match.values = slices.Clone(q.match.values)
	return &c
}

// Pattern returns the pattern of the route that matched, as registered but with
// the prefixes of its Routes and without a leading slash. It returns "" if none
// did. Within a mounted handler it is the pattern of the Mount, until a Router there finds
// a route. Outside of it, from then on, it is both patterns joined by "/": middleware
// that logs sees "phlog/{year}/{slug}". It is safe for concurrent use.
func (q *Request) Pattern() string {
	if q.outer == nil && q.exchange != nil {
		// Another Request of the exchange may have found another route: see
		// middleware.Unescape.
		if whole := q.exchange.whole.Load(); whole != nil && whole.outermost == q.match.route {
			return whole.text
		}
	}
	for ; q != nil; q = q.outer {
		if q.match.route != nil && !q.match.route.fallback {
			return q.match.route.pattern.Text
		}
	}
	return ""
}

// notePattern tells the exchange which pattern a Router within Mounts found.
func (q *Request) notePattern() {
	if q.outer == nil || q.exchange == nil || q.match.route == nil {
		return
	}
	whole := &wholePattern{text: q.match.route.pattern.Text}
	for outer := q.outer; outer != nil; outer = outer.outer {
		if whole.outermost = outer.match.route; whole.outermost == nil {
			return // something else than a Mount made the Request
		}
		if prefix := strings.TrimSuffix(whole.outermost.pattern.Text, "/"); prefix != "" {
			whole.text = prefix + "/" + whole.text
		}
	}
	q.exchange.whole.Store(whole)
}

// path returns the selector as patterns are matched against it.
func (q *Request) path() string { return framing.Path(q.base, q.Selector) }

// Base returns the prefix that Mounts removed from the selector, without the leading
// slash, which is ignored, and with a slash at its end: "files/". It is "" at the top. A
// mounted handler puts it before the selectors it links to, and must ignore a leading
// slash of the selector only while Base is "".
func (q *Request) Base() string { return q.base }

// readFields divides a request line, without its end, into its fields: RFC 1436
// section 2, and for the query of a search section 3.8.
func (q *Request) readFields(line string) {
	line = strings.ReplaceAll(line, "\x00", " ")
	selector, rest, found := strings.Cut(line, "\t")
	q.Selector = selector
	if found {
		q.Extra = strings.Split(rest, "\t")
		q.Query = q.Extra[0]
	}
}
