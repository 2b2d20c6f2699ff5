package middleware

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"

	"gopherframe"
	"gopherframe/internal/lru"
)

// RateLimit returns a middleware that lets each client ask once every per, and up
// to burst times in a row after a pause. Beyond that it gets "Server busy.", which
// costs it nothing of what it has left. A client is an IPv4 address or an IPv6 /64,
// which is what one customer has. Requests without an address, as those over Unix
// sockets or stdio, are not limited. RateLimit panics if per or burst is not
// positive.
//
// At most 65,536 clients are remembered, which takes at most 12 MiB. If there are
// more, the one not seen for longest is forgotten and has its burst again: it fails
// open, since refusing unknown clients would let one with many addresses lock all
// others out.
//
// All routes and Routers that one RateLimit is used on share its memory. It trusts
// Request.Remote; behind a proxy that does not pass addresses on, all are one
// client. It comes inside of Logger and outside of all that does work. It allocates
// nothing for a client that is known and not refused.
func RateLimit(per time.Duration, burst int) gopherframe.Middleware {
	if per <= 0 || burst < 1 || int64(burst) > math.MaxInt64/int64(per) {
		panic(fmt.Sprintf("middleware: RateLimit(%v, %d): give a positive duration and a positive burst, not longer together than 292 years", per, burst))
	}
	l := &rateLimit{per: per, ahead: time.Duration(burst-1) * per}
	l.due.Max = maxClients
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if client, ok := clientOf(q.Remote.Addr()); ok && !l.allow(client, time.Now()) {
				return &gopherframe.Error{Text: gopherframe.BusyText, Err: errTooOften}
			}
			return next(q)
		}
	}
}

// maxClients is how many clients are remembered: an entry is about 180 bytes.
const maxClients = 1 << 16

var errTooOften = errors.New("the client asks too often")

// A rateLimit is the generic cell rate algorithm (ITU-T I.371): all there is to
// know of a client is when its next request is due.
type rateLimit struct {
	per   time.Duration
	ahead time.Duration // how much earlier than due a request may come

	mu  sync.Mutex
	due lru.Cache[netip.Addr, time.Time] // each of weight 1
}

func (l *rateLimit) allow(client netip.Addr, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	due, _ := l.due.Get(client)
	if due.Before(now) {
		due = now
	}
	if due.Sub(now) > l.ahead {
		return false
	}
	l.due.Add(client, due.Add(l.per), 1)
	return true
}

// clientOf returns the first address of those that are one client, false if there
// is no address.
func clientOf(addr netip.Addr) (netip.Addr, bool) {
	addr = addr.Unmap()
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	prefix, err := addr.Prefix(bits) // without the zone
	return prefix.Addr(), err == nil && prefix.IsValid()
}
