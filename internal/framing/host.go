package framing

import (
	"net/netip"
	"strings"
)

// IsHost reports whether text is a name or an address that can stand in a menu and in a
// URL: an address without a zone, which means nothing on another machine, or a name without
// characters that no name has.
func IsHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return !strings.Contains(text, "%")
	}
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || strings.ContainsRune("/?#%@:\\[]\x7f", r)
	})
}
