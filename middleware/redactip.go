package middleware

import "net/netip"

// RedactIP is an option of [Logger]: of the address of a client only the network is
// written, which is the first 24 bits of IPv4 and the first 48 of IPv6, and no port. That
// tells networks apart, but not people.
func RedactIP(l *logger) { l.redact = true }

// network returns the address of the network that RedactIP leaves of addr, the zero Addr if
// addr is invalid.
func network(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Addr{}
	}
	return prefix.Addr()
}
