package main

import (
	"fmt"
	"net"

	"github.com/coreos/go-systemd/v22/activation"
)

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
		if named := f.Name(); p.scheme == "tcp" && (named == "tls" || named == "tls+tcp") {
			p.scheme = named
		}
		f.Close() // the socket is a duplicate
		if p.scheme != "tcp" && p.scheme != "unix" && !secure[p.scheme] {
			return places, fmt.Errorf("%s: is of no use: it is of the kind %s", p.name, p.scheme)
		}
	}
	return places, nil
}
