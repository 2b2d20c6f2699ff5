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

// headerTimeout is how long a proxy may take to say whom it speaks for.
const headerTimeout = 5 * time.Second

// proxies are the networks of --proxy-protocol.
type proxies []netip.Prefix

func parseProxies(texts []string) (proxies, error) {
	var nets proxies
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, usageError{fmt.Errorf("--proxy-protocol %q: write a network as 10.0.0.0/8, or one address as 10.0.0.1/32", text)}
		}
		nets = append(nets, prefix)
	}
	return nets, nil
}

func (nets proxies) contain(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && slices.ContainsFunc(nets, func(p netip.Prefix) bool {
		return p.Contains(tcp.AddrPort().Addr().Unmap().WithZone(""))
	})
}

// A proxiedListener has connections of proxies only. Each begins with a header that
// says where the client is: the PROXY protocol, version 1 or 2. Nothing is read
// here, but when the connection is.
type proxiedListener struct {
	net.Listener
	from proxies
}

// Accept returns the next connection.
func (l *proxiedListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.from.contain(nc.RemoteAddr()) {
		return stranger{nc}, nil
	}
	return proxied{proxyproto.NewConn(nc, proxyproto.WithPolicy(proxyproto.REQUIRE), proxyproto.SetReadHeaderTimeout(headerTimeout))}, nil
}

type proxied struct{ *proxyproto.Conn }

// NetConn returns the connection of the proxy.
func (p proxied) NetConn() net.Conn { return p.Raw() }

var errStranger = errors.New("comes from none of the networks of --proxy-protocol")

// A stranger is a connection that does not come from a proxy. What it says of itself
// is not to be believed, and nothing is said to it.
type stranger struct{ net.Conn }

func (s stranger) NetConn() net.Conn         { return s.Conn }
func (s stranger) Read([]byte) (int, error)  { return 0, errStranger }
func (s stranger) Write([]byte) (int, error) { return 0, errStranger }
