package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"
)

// isNameless reports whether the name is one that systemd gives if nobody else did:
// systemd.socket(5), sd_listen_fds(3).
func isNameless(name string) bool {
	return strings.HasSuffix(name, ".socket") || strings.HasPrefix(name, "LISTEN_FD_") || name == "unknown" || name == "connection"
}

// inherited returns the sockets that systemd opened for us. What they speak is said
// by their name (FileDescriptorName= in the unit of the socket) if it is the scheme
// of a URL, else by their kind: tcp, unix, or quic for UDP.
func inherited() ([]*place, error) {
	var places []*place
	for _, f := range activation.Files(true) {
		p := &place{name: "inherited socket " + f.Name()}
		places = append(places, p)
		var err error
		if p.stream, err = net.FileListener(f); err == nil {
			p.scheme = p.stream.Addr().Network()
		} else if p.packets, err = net.FilePacketConn(f); err == nil {
			p.scheme = "quic"
		}
		if err != nil {
			return places, fmt.Errorf("%s: is no socket that listens: %w", p.name, err)
		}
		name := f.Name()
		f.Close() // the socket is a duplicate
		if p.scheme != "tcp" && p.scheme != "unix" && p.scheme != "quic" {
			return places, fmt.Errorf("%s: is of no use: it is of the kind %s", p.name, p.scheme)
		}
		switch {
		case p.scheme == "tcp" && (name == "tls" || name == "tls+tcp"):
			p.scheme = name
		case name == p.scheme || isNameless(name):
		default:
			// What was meant to be secret must not go out as it is, for a slip.
			return places, fmt.Errorf("%s: FileDescriptorName= says what it speaks: tcp, tls, tls+tcp, unix or quic, "+
				"as the kind of the socket allows; %q does not, so correct it or leave it out", p.name, name)
		}
	}
	return places, nil
}
