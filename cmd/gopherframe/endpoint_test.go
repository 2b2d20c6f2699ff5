package main

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
)

// FuzzParseEndpoint: parsing a URL of --listen returns a usageError, or an address that
// package net can parse and that is the same if it is written as a URL and parsed again.
func FuzzParseEndpoint(f *testing.F) {
	for _, seed := range []string{
		"stdio:", "tcp://127.0.0.1:7000", "tls://:7443", "tls+tcp://[::1]:70", "quic://h", "http://h", "https://:443", "tcp://[fe80::1%25eth0]:70",
		"unix:///tmp/socket?mode=0660", "unix:///a%20b", "tcp://", "stdio://", "unix://path", "7000", "tcp://h:99999", "unix:///x?mode=9", "tcp://:70=a.example", "tls://:=", "unix:///a=b?host=c", "stdio:=a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseEndpoint(text)
		if err != nil {
			if usage := new(usageError); !errors.As(err, usage) {
				t.Errorf("%q: %T is no usageError", text, err)
			}
			return
		}
		switch e.scheme {
		case "tcp", "tls", "tls+tcp", "quic", "http", "https":
			_, port, err := net.SplitHostPort(e.addr)
			if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
				t.Errorf("%q has the address %q", text, e.addr)
			}
			url := e.scheme + "://" + strings.ReplaceAll(e.addr, "%", "%25")
			if again, err := parseEndpoint(url); err != nil || again.addr != e.addr {
				t.Errorf("%q has the address %q, but %q has %+v, %v", text, e.addr, url, again, err)
			}
		case "unix":
			if !strings.HasPrefix(e.addr, "/") || e.mode > 0o777 {
				t.Errorf("%q has the path %q, mode %o", text, e.addr, e.mode)
			}
		case "stdio":
			if text != "stdio:" && text != "stdio:="+e.host {
				t.Errorf("%q is stdio", text)
			}
		default:
			t.Errorf("%q has the scheme %q", text, e.scheme)
		}
	})
}
