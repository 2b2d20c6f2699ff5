package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"

	"gopherframe/internal/cert"
)

// Pins are the certificates of servers that no authority vouches for, as of most servers
// of the small web. The certificate of a server is trusted when it is first seen, and from
// then on no other one is. A certificate that an authority vouches for needs no pin, and
// is trusted in place of a pinned one. Pins are safe for concurrent use by many clients.
type Pins struct {
	// Added, unless nil, is called with the "host:port" and the fingerprint of each pin
	// that is added to the file, so that a person can be told. It is set before the Pins
	// are used, is called by one goroutine at a time, and must not use the Pins.
	Added func(addr, fingerprint string)

	file  string
	mu    sync.Mutex
	known map[string]string // fingerprints by "host:port"
}

// OpenPins reads the file. Its lines are the "host:port" of a server and the fingerprint
// of its certificate; empty lines and lines that begin with "#" are skipped, and any other
// line is an error. A file that does not exist is created for the first pin. Several
// programs may add pins to a file at the same time.
func OpenPins(file string) (*Pins, error) {
	p := &Pins{file: file}
	if _, err := p.read(); err != nil {
		return nil, fmt.Errorf("client: pins: %w", err)
	}
	return p, nil
}

// read replaces the known pins by those in the file, whose text it returns.
func (p *Pins) read() (string, error) {
	text, err := os.ReadFile(p.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	known := map[string]string{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 || !strings.HasPrefix(fields[1], "sha256:") {
			return "", fmt.Errorf("%s:%d: %q is not host:port and sha256:fingerprint", p.file, n, strings.TrimSpace(line))
		}
		known[strings.ToLower(fields[0])] = strings.ToLower(fields[1])
	}
	p.known = known
	return string(text), nil
}

// Fingerprint returns "sha256:" and the SHA-256 hash of the certificate in hexadecimal
// digits, which identifies it.
func Fingerprint(certificate *x509.Certificate) string { return cert.Fingerprint(certificate) }

// A PinError is the error of a server whose certificate is not the pinned one.
type PinError struct {
	Addr      string // "host:port"
	Want, Got string // fingerprints: the pinned one, and that of the server
	File      string // that has the pin
}

// Error returns both fingerprints, the danger, and what to do if the new certificate is
// right.
func (e *PinError) Error() string {
	return fmt.Sprintf("client: %s has another certificate than before, so somebody may listen in: its fingerprint is %s, and was %s; "+
		"if the server is known to have a new one, remove its line from %s", e.Addr, e.Got, e.Want, e.File)
}

// guard makes config trust the pinned certificate of the server at addr, or any
// certificate if it has no pin: learn then makes one.
func (p *Pins) guard(config *tls.Config, addr string) {
	roots, name, verify := config.RootCAs, config.ServerName, config.VerifyConnection
	config.InsecureSkipVerify = true // VerifyConnection verifies instead
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if verify != nil {
			if err := verify(state); err != nil {
				return err
			}
		}
		if isVouchedFor(state, roots, name) {
			return nil
		}
		return p.compare(addr, Fingerprint(state.PeerCertificates[0]))
	}
}

// isVouchedFor reports whether one of the roots, nil for those of the system, signed the
// certificate of the server for the name.
func isVouchedFor(state tls.ConnectionState, roots *x509.CertPool, name string) bool {
	return cert.IsSigned(state.PeerCertificates, x509.VerifyOptions{Roots: roots, DNSName: name})
}

// compare returns a PinError if the server at addr has a pin with another fingerprint.
func (p *Pins) compare(addr, fingerprint string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.known[strings.ToLower(addr)]; ok && known != fingerprint {
		return &PinError{Addr: addr, Want: known, Got: fingerprint, File: p.file}
	}
	return nil
}

// learn pins the certificate of a connection to addr, unless an authority vouches for it
// or it is pinned. The handshake is complete, so that the server has proved to have the
// key of the certificate.
func (p *Pins) learn(conn net.Conn, addr string, config *tls.Config) error {
	state := conn.(interface{ ConnectionState() tls.ConnectionState }).ConnectionState()
	if isVouchedFor(state, config.RootCAs, config.ServerName) {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	addr, fingerprint := strings.ToLower(addr), Fingerprint(state.PeerCertificates[0])
	if p.known[addr] == fingerprint {
		return nil
	}
	if err := p.add(addr, fingerprint); err != nil {
		return fmt.Errorf("the pin of %s cannot be kept: %w", addr, err)
	}
	return nil
}

// add adds a pin to the file. It reads the file before, because another program may have
// pinned the same server: to the same certificate, or to another one, which is a PinError.
func (p *Pins) add(addr, fingerprint string) error {
	text, err := p.read()
	if err != nil {
		return err
	}
	switch known := p.known[addr]; known {
	case "":
	case fingerprint:
		return nil
	default:
		return &PinError{Addr: addr, Want: known, Got: fingerprint, File: p.file}
	}
	line := addr + " " + fingerprint + "\n"
	if text != "" && !strings.HasSuffix(text, "\n") { // the file was edited by hand
		line = "\n" + line
	}
	f, err := os.OpenFile(p.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, line)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	p.known[addr] = fingerprint
	if p.Added != nil {
		p.Added(addr, fingerprint)
	}
	return nil
}
