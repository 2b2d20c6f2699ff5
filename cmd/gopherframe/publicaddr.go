package main

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"gopherframe/internal/framing"
)

// A publicAddr is the address that menus advertise for this server: --public.
type publicAddr struct {
	host string // "": the address that the client reached
	port string // "": the port of the listener
}

// parsePublicAddr parses HOST or HOST:PORT. An empty text is the zero publicAddr. The
// error is a usageError.
func parsePublicAddr(text string) (publicAddr, error) {
	if text == "" {
		return publicAddr{}, nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil && (!strings.Contains(text, ":") || net.ParseIP(text) != nil) {
		host, port, err = text, "", nil
	}
	if number, _ := strconv.ParseUint(port, 10, 16); err != nil || !framing.IsHost(host) || port != "" && number == 0 || strings.HasSuffix(text, ":") {
		return publicAddr{}, usageError{fmt.Errorf("--public %q: write HOST or HOST:PORT", text)}
	}
	return publicAddr{host, port}, nil
}

// gopher returns the "host:port" at which the site speaks plain Gopher, for pages in browsers:
// where an endpoint does. If none has a port for that, it is at the public host, at port 70 if
// none is public, unless there is an endpoint for encrypted Gopher: then the port must be
// given, too. "": there is no such place, or it has no name.
func (p publicAddr) gopher(endpoints []*endpoint) string {
	for _, e := range endpoints {
		if e.scheme != "tcp" && e.scheme != "tls+tcp" {
			continue
		}
		host, _, _ := net.SplitHostPort(e.socketAddr())
		if ip := net.ParseIP(host); p.host == "" && (ip == nil || ip.IsUnspecified()) {
			continue
		}
		return net.JoinHostPort(cmp.Or(p.host, host), cmp.Or(p.port, e.port()))
	}
	isEncrypted := func(e *endpoint) bool { return e.scheme == "tls" || e.scheme == "quic" }
	if p.host == "" || p.port == "" && slices.ContainsFunc(endpoints, isEncrypted) {
		return ""
	}
	return net.JoinHostPort(p.host, cmp.Or(p.port, "70"))
}

// of returns the "host:port" to advertise for a listener, "" for the address that the
// client reached.
func (p publicAddr) of(e *endpoint) string {
	if p.host == "" {
		return ""
	}
	return net.JoinHostPort(p.host, cmp.Or(p.port, e.port(), "70"))
}
