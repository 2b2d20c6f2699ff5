package main

import (
	"cmp"
	"fmt"
	"net"
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

// gopher returns the "host:port" at which the endpoints speak plain Gopher, for pages in
// browsers: "" if none of them does, or if they do so on all addresses and no host is public.
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
	return p.given()
}

// given returns the address if it was given whole.
func (p publicAddr) given() string {
	if p.host == "" || p.port == "" {
		return ""
	}
	return net.JoinHostPort(p.host, p.port)
}

// of returns the "host:port" to advertise for a listener, "" for the address that the
// client reached.
func (p publicAddr) of(e *endpoint) string {
	if p.host == "" {
		return ""
	}
	return net.JoinHostPort(p.host, cmp.Or(p.port, e.port(), "70"))
}
