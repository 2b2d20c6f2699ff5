package main

import (
	"cmp"
	"fmt"
	"net"
	"strconv"
	"strings"
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
	if number, _ := strconv.ParseUint(port, 10, 16); err != nil || host == "" || strings.ContainsFunc(host, isNotOfHost) || port != "" && number == 0 || strings.HasSuffix(text, ":") {
		return publicAddr{}, usageError{fmt.Errorf("--public %q: write HOST or HOST:PORT", text)}
	}
	return publicAddr{host, port}, nil
}

// isNotOfHost reports whether no name of a host has the character.
func isNotOfHost(r rune) bool { return r <= ' ' || r == '/' || r == 0x7F }

// of returns the "host:port" to advertise for a listener, "" for the address that the
// client reached.
func (p publicAddr) of(e *endpoint) string {
	if p.host == "" {
		return ""
	}
	return net.JoinHostPort(p.host, cmp.Or(p.port, e.port(), "70"))
}
