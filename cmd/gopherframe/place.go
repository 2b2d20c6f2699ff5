package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strconv"
	"strings"

	"gopherframe/listen"
)

// A place is where to listen and what to speak there: a URL of --listen, or a
// socket that was inherited.
type place struct {
	name    string // for messages
	scheme  string
	addr    string       // "host:port", or a path
	mode    fs.FileMode  // of a Unix socket
	stream  net.Listener // nil for quic and stdio
	packets net.PacketConn
}

// secure are the schemes that need a certificate.
var secure = map[string]bool{"tls": true, "tls+tcp": true, "quic": true}

// parsePlace reads a URL of --listen.
func parsePlace(text string) (*place, error) {
	p := &place{name: fmt.Sprintf("--listen %q", text)}
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok {
		scheme = ""
	}
	p.scheme = scheme
	var err error
	switch scheme {
	case "tcp", "tls", "tls+tcp", "quic":
		err = p.parseHost(rest)
	case "unix":
		err = p.parsePath(text)
	case "stdio":
		if rest != "" {
			err = errors.New("write stdio: with nothing behind it")
		}
	default:
		err = errors.New("known are stdio:, tcp://HOST:PORT, tls://, tls+tcp://, quic:// and unix:///PATH")
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", p.name, err)}
	}
	return p, nil
}

func (p *place) parseHost(rest string) error {
	usage := fmt.Errorf("write %s://HOST:PORT, or %s://:PORT for all addresses", p.scheme, p.scheme)
	authority, ok := strings.CutPrefix(rest, "//")
	u, err := url.Parse("tcp://" + authority)
	if !ok || err != nil || u.Host == "" || u.Host != authority {
		return usage
	}
	port := cmp.Or(u.Port(), "70")
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return usage
	}
	p.addr = net.JoinHostPort(u.Hostname(), port)
	return nil
}

func (p *place) parsePath(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host != "" || u.Opaque != "" || u.Path == "" || u.Path == "/" {
		return errors.New("write unix:///PATH, with three slashes, and ?mode=0660 behind it for who may connect")
	}
	for key, values := range u.Query() {
		mode, err := strconv.ParseUint(values[0], 8, 9)
		if key != "mode" || len(values) > 1 || err != nil || mode == 0 {
			return fmt.Errorf("%q: all that can be set is the mode, as in ?mode=0660", u.RawQuery)
		}
		p.mode = fs.FileMode(mode)
	}
	p.addr = u.Path
	return nil
}

// bind opens the socket, unless it is there already.
func (p *place) bind() (err error) {
	if p.stream != nil || p.packets != nil || p.scheme == "stdio" {
		return nil
	}
	switch p.scheme {
	case "quic":
		p.packets, err = net.ListenPacket("udp", p.addr)
	case "unix":
		p.stream, err = listen.ListenUnix(p.addr, p.mode)
	default:
		p.stream, err = net.Listen("tcp", p.addr)
	}
	if err != nil {
		return fmt.Errorf("%s: %s", p.name, withoutPackage(err.Error()))
	}
	return nil
}

func (p *place) close() {
	if p.stream != nil {
		p.stream.Close()
	}
	if p.packets != nil {
		p.packets.Close()
	}
}

// port returns the port of the socket, "" if it has none.
func (p *place) port() string {
	_, port, _ := net.SplitHostPort(p.socket())
	return port
}

// socket returns the address of the socket, "" for stdio.
func (p *place) socket() string {
	switch {
	case p.stream != nil:
		return p.stream.Addr().String()
	case p.packets != nil:
		return p.packets.LocalAddr().String()
	}
	return ""
}

// String returns what to say of it once it accepts: "tcp 127.0.0.1:7000".
func (p *place) String() string {
	addr := p.socket()
	if p.scheme == "unix" && p.addr != "" {
		addr = p.addr
	}
	return strings.TrimSpace(p.scheme + " " + addr)
}
