package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"gopherframe/listen"
)

// An endpoint is an address to listen on and the protocol that is spoken there. It is
// made from a URL of --listen or from an inherited socket.
type endpoint struct {
	name    string         // for messages: `--listen "tcp://:70"`
	scheme  string         // of the URL: "tcp", "tls", "tls+tcp", "quic", "http", "https", "unix" or "stdio"
	addr    string         // "host:port", or the path of a Unix socket; "" if the socket was inherited
	host    string         // for which requests are that name no host; "": the site of all names
	mode    fs.FileMode    // of the file of a Unix socket; 0: the default of listen.ListenUnix
	stream  net.Listener   // nil until bind, and always for quic and stdio
	packets net.PacketConn // for quic, nil until bind
}

// isSecure reports whether the endpoint needs a certificate.
func (e *endpoint) isSecure() bool {
	return e.scheme == "tls" || e.scheme == "tls+tcp" || e.scheme == "quic" || e.scheme == "https"
}

// isWeb reports whether the endpoint is for browsers.
func (e *endpoint) isWeb() bool { return e.scheme == "http" || e.scheme == "https" }

// isProxyable reports whether connections may come from a proxy that speaks the PROXY
// protocol.
func (e *endpoint) isProxyable() bool {
	return e.scheme == "tcp" || e.scheme == "tls" || e.scheme == "tls+tcp" || e.isWeb()
}

// parseEndpoint parses a URL of --listen. It opens nothing. The error is a usageError.
func parseEndpoint(text string) (*endpoint, error) {
	e := &endpoint{name: fmt.Sprintf("--listen %q", text)}
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok {
		scheme = ""
	}
	e.scheme = scheme
	var err error
	switch scheme {
	case "tcp", "tls", "tls+tcp", "quic", "http", "https":
		if rest, err = e.cutHost(rest); err == nil {
			err = e.parseHost(rest)
		}
	case "unix":
		err = e.parsePath(text)
	case "stdio":
		if rest, err = e.cutHost(rest); err == nil && rest != "" {
			err = errors.New("write stdio: with nothing behind it, or stdio:=NAME")
		}
	default:
		err = errors.New("known are stdio:, tcp://HOST:PORT, tls://, tls+tcp://, quic://, http://, https:// and unix:///PATH")
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", e.name, err)}
	}
	return e, nil
}

// cutHost cuts =NAME from the end of what follows the scheme.
func (e *endpoint) cutHost(rest string) (string, error) {
	rest, host, ok := strings.Cut(rest, "=")
	if ok && host == "" {
		return "", errors.New("write a name of --host behind the =")
	}
	e.host = host
	return rest, nil
}

// webPorts are the ports of the schemes for browsers.
var webPorts = map[string]string{"http": "80", "https": "443"}

// parseHost parses what follows the scheme and its colon: //HOST:PORT.
func (e *endpoint) parseHost(rest string) error {
	usage := fmt.Errorf("write %s://HOST:PORT, or %s://:PORT for all addresses", e.scheme, e.scheme)
	authority, ok := strings.CutPrefix(rest, "//")
	u, err := url.Parse("tcp://" + authority)
	if !ok || err != nil || u.Host == "" || u.Host != authority {
		return usage
	}
	host, port := u.Hostname(), cmp.Or(u.Port(), webPorts[e.scheme], "70")
	if strings.ContainsAny(host, ":[]") {
		// Only an IPv6 address may, and package net cannot take one with a zone "]".
		if _, err := netip.ParseAddr(host); err != nil || strings.ContainsAny(host, "[]") {
			return usage
		}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return usage
	}
	e.addr = net.JoinHostPort(host, port)
	return nil
}

// parsePath parses unix:///PATH?mode=0660&host=NAME.
func (e *endpoint) parsePath(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host != "" || u.Opaque != "" || u.Path == "" || u.Path == "/" {
		return errors.New("write unix:///PATH, with three slashes, and ?mode=0660 behind it for who may connect")
	}
	for key, values := range u.Query() {
		if key == "host" && len(values) == 1 && values[0] != "" {
			e.host = values[0]
			continue
		}
		mode, err := strconv.ParseUint(values[0], 8, 9)
		if key != "mode" || len(values) > 1 || err != nil || mode == 0 {
			return fmt.Errorf("%q: all that can be set is the mode and the host, as in ?mode=0660&host=NAME", u.RawQuery)
		}
		e.mode = fs.FileMode(mode)
	}
	e.addr = u.Path
	return nil
}

// bind opens the socket. It does nothing for an inherited socket, which is open, and for
// stdio.
func (e *endpoint) bind() (err error) {
	if e.stream != nil || e.packets != nil || e.scheme == "stdio" {
		return nil
	}
	switch e.scheme {
	case "quic":
		e.packets, err = net.ListenPacket("udp", e.addr)
	case "unix":
		e.stream, err = listen.ListenUnix(e.addr, e.mode)
	default:
		e.stream, err = net.Listen("tcp", e.addr)
	}
	if err != nil {
		return fmt.Errorf("%s: %s", e.name, withoutPackage(err.Error()))
	}
	return nil
}

// close closes the socket if it is open.
func (e *endpoint) close() {
	if e.stream != nil {
		e.stream.Close()
	}
	if e.packets != nil {
		e.packets.Close()
	}
}

// port returns the port of the open socket, "" for unix and stdio.
func (e *endpoint) port() string {
	_, port, _ := net.SplitHostPort(e.socketAddr())
	return port
}

// socketAddr returns the address of the open socket, "" for stdio.
func (e *endpoint) socketAddr() string {
	switch {
	case e.stream != nil:
		return e.stream.Addr().String()
	case e.packets != nil:
		return e.packets.LocalAddr().String()
	}
	return ""
}

// String returns the scheme and the address of the open socket: "tcp 127.0.0.1:7000".
func (e *endpoint) String() string {
	addr := e.socketAddr()
	if e.scheme == "unix" && e.addr != "" {
		addr = e.addr // ListenUnix binds a temporary path and renames it
	}
	return strings.TrimSpace(e.scheme + " " + addr)
}
