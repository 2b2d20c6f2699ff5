package middleware

import (
	"fmt"
	"net/netip"

	"gopherframe"
)

// AllowNets returns a middleware that lets in only clients whose address is in one of the
// prefixes. All others read "Not found.", which does not tell them that the selector
// exists; the log has the real cause. Unlike with [Only], no later route answers instead.
//
// A mistake shuts clients out rather than letting them in: AllowNets panics if there is no
// prefix or an invalid one, and it refuses requests without an address, such as those over
// Unix sockets or stdio. An IPv4-mapped IPv6 address or prefix, as ::ffff:192.0.2.0/120,
// counts as the IPv4 one. Zones are ignored.
//
// AllowNets trusts Request.Remote. Behind a proxy that does not pass on the addresses of
// its clients, Remote is the address of the proxy; if that is let in, so is everybody who
// can reach the proxy. AllowNets belongs inside Logger and outside Cache, which does not
// look at addresses. It allocates nothing unless it refuses.
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

// mappedBits is the length of ::ffff:0:0/96, the prefix of the IPv4-mapped addresses (RFC
// 4291 section 2.5.5.2).
const mappedBits = 96

// unmapPrefix returns the IPv4 prefix that p stands for if its address is IPv4-mapped,
// otherwise p.
func unmapPrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mappedBits) // an invalid prefix if the length is negative
	}
	return p
}
