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

// RateLimit returns a middleware that lets each client make one request in every interval
// of length per, and up to burst requests at once after a pause. Further requests are
// answered with "Server busy." and do not count. A client is an IPv4 address or an IPv6
// /64, the network that a provider gives to one customer. Requests without an address, such
// as those over Unix sockets or stdio, are not limited. RateLimit panics if per or burst is
// not positive, or if burst times per is over 292 years.
//
// It remembers at most 65,536 clients, in at most 12 MiB. If there are more, it forgets the
// one not seen for longest, which then has its whole burst again. To refuse unknown clients
// instead would be worse: somebody with many addresses could lock out everybody else.
//
// RateLimit trusts Request.Remote. Behind a proxy that does not pass on the addresses of
// its clients, all of them together are one client. All places where one RateLimit is used
// share its memory. It belongs inside Logger and outside everything that does work. It
// allocates nothing for a known client that is not refused.
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

// maxClients is how many clients are remembered, with about 180 bytes for each.
const maxClients = 1 << 16

var errTooOften = errors.New("the client asks too often")

// A rateLimit is the generic cell rate algorithm, ITU-T I.371. All that it has to know of a
// client is when the next request is due.
type rateLimit struct {
	per   time.Duration
	ahead time.Duration // how long before it is due a request may come

	mu  sync.Mutex
	due lru.Cache[netip.Addr, time.Time] // when the next request of a client is due; each entry has weight 1
}

// allow reports whether client may make a request now, and counts it if so.
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

// clientOf returns the address that stands for the client: addr itself if that is IPv4, the
// first address of its /64 if it is IPv6. ok is false if there is no address.
func clientOf(addr netip.Addr) (client netip.Addr, ok bool) {
	addr = addr.Unmap()
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	prefix, err := addr.Prefix(bits) // Prefix drops the zone
	return prefix.Addr(), err == nil && prefix.IsValid()
}
