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

// Cache returns a middleware that keeps answers for ttl, at most maxBytes of them
// with what it takes to find them; what was asked for least recently goes first.
// It keeps Text, Binary and *Menu. A File, which the system's cache has anyway, a
// Stream, an Error and Pass are never kept, nor is an answer over maxBytes. Cache
// panics if ttl or maxBytes is not positive.
//
// An answer is kept for one handler and one request: selector with Base, query (and
// whether there was one), Host, Port, Transport and ServerName. So it must depend on
// nothing else; a handler that looks at Remote or at values in the context must
// not be cached. Requests with Gopher+ fields pass by: those with more fields
// than the query, or a query that begins with "+", "!" or "$". A search for "$5" is
// thus right, but never kept.
//
// Of equal requests at the same time one is answered by the handler, and the others
// wait for that. Who goes away meanwhile harms none of the others: the context of
// the handler ends only when nobody waits any longer. They also share an Error, a
// panic and gopherframe.Abort, but not a Stream, which can be written only once:
// the others then ask for their own.
//
// What is kept is a copy that the handler cannot change. All who get it share its
// memory, and a middleware must never modify an answer but return another one; a
// *Menu may be added to all the same.
//
// Each exchange is annotated with cache=hit, cache=miss, or cache=shared for those
// who waited, which Logger logs. Cache comes inside of all that decides by client, as
// RateLimit and AllowNets, and outside of Timeout and Throttle, so that neither
// counts for hits; it is of use on a Router or a route, since around a Router what
// that notes of its match is not seen outside. All places that one Cache is used in
// share maxBytes, not answers. The clients choose what is kept: many different
// queries push all else out, which costs time and no memory.
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

// isPlain reports whether q is one of RFC 1436, without what Gopher+ adds. A field
// that is not the query was taken for one of Gopher+ before.
func isPlain(q *gopherframe.Request) bool {
	if len(q.Extra) > 1 || len(q.Extra) == 1 && q.Extra[0] != q.Query {
		return false
	}
	return q.Query == "" || strings.IndexByte("+!$", q.Query[0]) < 0
}

// A cacheKey is all that an answer may depend on.
type cacheKey struct {
	handler    int
	selector   string
	query      string
	asked      bool // there was a query, even if it is empty
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

	mu       sync.Mutex // guards what follows
	handlers int
	kept     lru.Cache[cacheKey, keptAnswer]
	flights  map[cacheKey]*flight
}

type keptAnswer struct {
	resp  gopherframe.Response
	until time.Time
}

// handler returns a number for a handler that is cached.
func (c *cache) handler() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handlers++
	return c.handlers
}

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

// What becomes of a request.
const (
	cacheHit    = "hit"
	cacheMiss   = "miss"
	cacheShared = "shared"
)

// find returns the answer kept for key or else the flight that brings it, and how
// it came to it.
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
