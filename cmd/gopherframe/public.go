package main

import (
	"cmp"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// A public is what menus advertise: --public.
type public struct {
	host string // "": the address that the client reached
	port string // "": that of the listener
}

// parsePublic reads HOST or HOST:PORT.
func parsePublic(text string) (public, error) {
	if text == "" {
		return public{}, nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil && (!strings.Contains(text, ":") || net.ParseIP(text) != nil) {
		host, port, err = text, "", nil
	}
	if number, _ := strconv.ParseUint(port, 10, 16); err != nil || host == "" || strings.ContainsFunc(host, isOdd) || port != "" && number == 0 || strings.HasSuffix(text, ":") {
		return public{}, usageError{fmt.Errorf("--public %q: write HOST or HOST:PORT", text)}
	}
	return public{host, port}, nil
}

// isOdd reports whether no name of a host has the character.
func isOdd(r rune) bool { return r <= ' ' || r == '/' || r == 0x7F }

// of returns the public address of a listener, "" if it is the one that the client
// reached.
func (p public) of(at *place) string {
	if p.host == "" {
		return ""
	}
	return net.JoinHostPort(p.host, cmp.Or(p.port, at.port(), "70"))
}
