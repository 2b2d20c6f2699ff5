package middleware

import "net/netip"

// RedactIP is an option of [Logger]: of client addresses only the network is
// written, the first 24 bits of IPv4 and the first 48 of IPv6, and no port. That
// still tells networks apart, and no longer people.
func RedactIP(l *logger) { l.redact = true }

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
