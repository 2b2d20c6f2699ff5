package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/coreos/go-systemd/v22/activation"
)

// isDefaultName reports whether systemd makes up the name itself for a socket without
// FileDescriptorName=: see systemd.socket(5) and sd_listen_fds(3).
func isDefaultName(name string) bool {
	return strings.HasSuffix(name, ".socket") || strings.HasPrefix(name, "LISTEN_FD_") || name == "unknown" || name == "connection"
}

// inheritedEndpoints returns the sockets that systemd opened for this process. A name
// (FileDescriptorName= in the unit of the socket) that is the scheme of a URL says what
// is spoken on the socket, and "tcp=NAME" for which host; without a name that is tcp, unix, or quic for UDP. With an
// error it returns the endpoints opened so far, for the caller to close.
func inheritedEndpoints() ([]*endpoint, error) {
	var endpoints []*endpoint
	for _, f := range activation.Files(true) {
		e := &endpoint{name: "inherited socket " + f.Name()}
		endpoints = append(endpoints, e)
		var err error
		if e.stream, err = net.FileListener(f); err == nil {
			e.scheme = e.stream.Addr().Network()
		} else if e.packets, err = net.FilePacketConn(f); err == nil {
			e.scheme = "quic"
		}
		if err != nil {
			return endpoints, fmt.Errorf("%s: is no socket that listens: %w", e.name, err)
		}
		name, host, _ := strings.Cut(f.Name(), "=")
		e.host = host
		f.Close() // e has a duplicate
		if e.scheme != "tcp" && e.scheme != "unix" && e.scheme != "quic" {
			return endpoints, fmt.Errorf("%s: is of no use: it is of the kind %s", e.name, e.scheme)
		}
		switch {
		case e.scheme == "tcp" && (name == "tls" || name == "tls+tcp" || name == "http" || name == "https"):
			e.scheme = name
		case name == e.scheme || isDefaultName(name):
		default:
			// A misspelt "tls" must not become plain TCP.
			return endpoints, fmt.Errorf("%s: FileDescriptorName= says what it speaks: tcp, tls, tls+tcp, http, https, unix or quic, "+
				"as the kind of the socket allows; %q does not, so correct it or leave it out", e.name, name)
		}
	}
	return endpoints, nil
}
