package middleware

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"gopherframe"
	"gopherframe/internal/lru"
)

// Cache returns a middleware that keeps answers for ttl and returns them to equal requests.
// All answers together, with their keys, take at most maxBytes of memory; the one used
// least recently is dropped first. Cache panics if ttl or maxBytes is not positive.
//
// It keeps Text, Binary and *Menu. A File is not kept, since the operating system caches it
// anyway, and neither is a Stream, an Error, Pass, or an answer larger than maxBytes.
//
// Requests are equal if they go to the same handler and agree in selector, Base, query,
// Host, Port, Transport and ServerName; an empty query is not the same as none. The answer
// must depend on nothing else: a handler that looks at Remote or at values in the context
// must not be cached. A request with Gopher+ fields always goes to the handler. These are
// requests with more fields than the query, or with a query that begins with "+", "!" or
// "$": a search for "$5" is answered, but its answer is not kept.
//
// Equal requests that come while the handler works on the first one wait for its answer
// instead of calling the handler. A client that leaves does not affect the others: the
// handler's context ends only when all of them have left, and the answer is not kept then.
// Those who wait also get an Error, a panic and gopherframe.Abort of the handler, but not a
// Stream: that can be written only once, so each of them calls the handler itself.
//
// Cache keeps a copy that the handler cannot change. Its memory is shared by all clients
// who get it: middleware outside must not modify the answer, except that adding items to a
// *Menu is safe.
//
// Each exchange is annotated with cache=hit, cache=miss or, if it waited for another
// request's answer, cache=shared; [Logger] logs that. Cache belongs inside middleware that
// decides by client, such as RateLimit and AllowNets, and outside Timeout and Throttle,
// which then do not count hits. Use it on a Router or a route, not around a Router: the
// handler gets a copy of the Request, so middleware outside could not see which route
// matched. All places where one Cache is used share maxBytes, but not answers. Clients can
// push useful answers out by asking for many others; that costs time, but no memory.
func Cache(ttl time.Duration, maxBytes int64) gopherframe.Middleware {
	if ttl <= 0 || maxBytes <= 0 {
		panic(fmt.Sprintf("middleware: Cache(%v, %d) keeps nothing: give a positive duration and a positive size, or leave it out", ttl, maxBytes))
	}
	c := &cache{ttl: ttl, flights: map[cacheKey]*flight{}}
	c.kept.Max = maxBytes
	return func(next gopherframe.Handler) gopherframe.Handler {
		handler := c.handler()
		return func(q *gopherframe.Request) gopherframe.Response {
			if !isPlain(q) {
				return next(q)
			}
			return c.respond(next, keyOf(handler, q), q)
		}
	}
}

// isPlain reports whether q has only the fields of RFC 1436 and none of Gopher+. If the
// first field is not the query, [GopherPlus] has taken it for a Gopher+ field.
func isPlain(q *gopherframe.Request) bool {
	if len(q.Extra) > 1 || len(q.Extra) == 1 && q.Extra[0] != q.Query {
		return false
	}
	return q.Query == "" || strings.IndexByte("+!$", q.Query[0]) < 0
}

// A cacheKey has everything that an answer may depend on.
type cacheKey struct {
	handler    int
	selector   string
	query      string
	asked      bool // whether there was a query, be it an empty one
	host       string
	port       int
	transport  string
	serverName string
}

func keyOf(handler int, q *gopherframe.Request) cacheKey {
	selector := q.Selector
	if base := q.Base(); base != "" {
		selector = base + "\t" + selector // no selector has a TAB
	}
	return cacheKey{handler, selector, q.Query, len(q.Extra) > 0, q.Host, q.Port, q.Transport, q.ServerName}
}

type cache struct {
	ttl time.Duration

	mu       sync.Mutex // guards the fields below
	handlers int
	kept     lru.Cache[cacheKey, keptAnswer]
	flights  map[cacheKey]*flight
}

type keptAnswer struct {
	resp  gopherframe.Response
	until time.Time
}

// handler returns a new number for a handler, which keeps its answers apart from those of
// the others.
func (c *cache) handler() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handlers++
	return c.handlers
}

// respond answers q with a kept answer, or with that of the flight for key.
func (c *cache) respond(next gopherframe.Handler, key cacheKey, q *gopherframe.Request) gopherframe.Response {
	resp, f, how := c.find(next, key, q)
	q.Annotate(slog.String("cache", how))
	if f == nil {
		return handOut(resp)
	}
	select {
	case <-f.done:
	case <-q.Context().Done():
		c.leave(key, f, q)
		return ended(q.Context())
	}
	if _, ok := f.resp.(*gopherframe.Stream); ok && how == cacheShared {
		return next(q)
	}
	return handOut(f.answer())
}

// The values of the annotation.
const (
	cacheHit    = "hit"
	cacheMiss   = "miss"
	cacheShared = "shared"
)

// find returns the answer kept for key or, if there is none, the flight to wait for. It
// starts a flight if there is none either. The last result is the annotation.
func (c *cache) find(next gopherframe.Handler, key cacheKey, q *gopherframe.Request) (gopherframe.Response, *flight, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.kept.Get(key); ok {
		if time.Now().Before(kept.until) {
			return kept.resp, nil, cacheHit
		}
		c.kept.Remove(key)
	}
	if f := c.flights[key]; f != nil {
		f.waiting++
		return nil, f, cacheShared
	}
	return nil, c.depart(next, key, q), cacheMiss
}

// keep stores a copy of the answer of flight f for its ttl, if it is one to be kept, and
// returns the copy, otherwise resp. Nothing is stored for a flight that was called off,
// which is one whose context has ended: its handler may have returned half an answer, and
// a later flight may have stored a newer one.
func (c *cache) keep(key cacheKey, f *flight, resp gopherframe.Response) gopherframe.Response {
	if !isKept(resp) {
		return resp
	}
	weight := key.weight(resp)
	if weight > c.kept.Max {
		return resp
	}
	resp = privateCopy(resp)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[key] == f {
		c.kept.Add(key, keptAnswer{resp, time.Now().Add(c.ttl)}, weight)
	}
	return resp
}
