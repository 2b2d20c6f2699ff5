package middleware

import (
	"fmt"
	"net/netip"

	"gopherframe"
)

// AllowNets returns a middleware that lets in clients of these networks only. The
// others get "Not found.", which does not say that there is something; the cause in
// the log does. No other route answers in its place. So that a mistake keeps people
// out, requests without an address, as those over Unix sockets or stdio, are refused,
// and AllowNets panics if there is no prefix or an invalid one.
//
// An IPv4 address mapped into IPv6 is an IPv4 address, in a prefix, too; zones do
// not count. It trusts Request.Remote: behind a proxy that does not pass addresses
// on, that is the proxy's, and anybody who reaches it is in. It comes inside of Logger,
// and outside of Cache, which does not look at addresses. It allocates nothing
// unless it refuses.
func AllowNets(prefixes ...netip.Prefix) gopherframe.Middleware {
	if len(prefixes) == 0 {
		panic("middleware: AllowNets() lets nobody in: give a prefix, or remove the route")
	}
	nets := make([]netip.Prefix, len(prefixes))
	for i, p := range prefixes {
		nets[i] = unmapPrefix(p)
		if !nets[i].IsValid() {
			panic(fmt.Sprintf("middleware: AllowNets: prefix %d, %v, is invalid; see netip.ParsePrefix", i+1, p))
		}
	}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			addr := q.Remote.Addr().Unmap().WithZone("")
			for _, p := range nets {
				if p.Contains(addr) {
					return next(q)
				}
			}
			return notFound(fmt.Errorf("not in an allowed network: %v", addr))
		}
	}
}

// mappedBits is the length of ::ffff:0:0/96, which IPv4 is mapped into.
const mappedBits = 96

func unmapPrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits) // invalid if that is negative
	}
	return p
}
