package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/pires/go-proxyproto"
)

// headerTimeout is how long a proxy may take to send its header. Without it, a proxy
// that sends none would hold a connection for ever.
const headerTimeout = 5 * time.Second

// proxyNets are the networks of --proxy-protocol: connections from there are believed
// to come from proxies.
type proxyNets []netip.Prefix

// parseProxies parses the networks of --proxy-protocol. The error is a usageError.
func parseProxies(texts []string) (proxyNets, error) {
	var nets proxyNets
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, usageError{fmt.Errorf("--proxy-protocol %q: write a network as 10.0.0.0/8, or one address as 10.0.0.1/32", text)}
		}
		nets = append(nets, prefix)
	}
	return nets, nil
}

// contain reports whether the address is in one of the networks.
func (nets proxyNets) contain(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && slices.ContainsFunc(nets, func(p netip.Prefix) bool {
		return p.Contains(tcp.AddrPort().Addr().Unmap().WithZone(""))
	})
}

// A proxyListener accepts connections from proxies, which begin with a header that has
// the address of the client: the PROXY protocol, version 1 or 2.
type proxyListener struct {
	net.Listener
	nets proxyNets
}

// Accept returns the next connection. It does not wait for the header: the first Read or
// RemoteAddr of the connection does. A connection that is not from a proxy fails then.
func (l *proxyListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.nets.contain(nc.RemoteAddr()) {
		return untrusted{nc}, nil
	}
	return proxied{proxyproto.NewConn(nc, proxyproto.WithPolicy(proxyproto.REQUIRE), proxyproto.SetReadHeaderTimeout(headerTimeout))}, nil
}

// A proxied connection is from a proxy on behalf of a client.
type proxied struct{ *proxyproto.Conn }

// NetConn returns the connection to the proxy.
func (p proxied) NetConn() net.Conn { return p.Raw() }

var errUntrusted = errors.New("comes from none of the networks of --proxy-protocol")

// An untrusted connection is not from a proxy: a header in it would be made up. Nothing
// is read from it and nothing is answered.
type untrusted struct{ net.Conn }

// NetConn returns the connection itself.
func (u untrusted) NetConn() net.Conn         { return u.Conn }
func (u untrusted) Read([]byte) (int, error)  { return 0, errUntrusted }
func (u untrusted) Write([]byte) (int, error) { return 0, errUntrusted }
