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

// Pins are the certificates of servers that no authority vouches for, as most of the
// small web's are: trusted when they are first seen, and from then on the only ones
// for their server. A certificate that an authority vouches for needs no pin, and
// may replace one. Pins may be used by many clients at a time.
type Pins struct {
	file  string
	mu    sync.Mutex
	known map[string]string // fingerprints by "host:port"
}

// OpenPins reads the file, whose lines are a server's "host:port" and the fingerprint
// of its certificate. If there is none yet the first pin makes it. Several programs
// may add to one file.
func OpenPins(file string) (*Pins, error) {
	p := &Pins{file: file}
	if _, err := p.read(); err != nil {
		return nil, fmt.Errorf("client: pins: %w", err)
	}
	return p, nil
}

// read reads the file, and returns its text.
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

// Fingerprint returns what tells a certificate from all others, "sha256:" and the
// hash of it in hexadecimal digits.
func Fingerprint(certificate *x509.Certificate) string { return cert.Fingerprint(certificate) }

// A PinError is the error of a server whose certificate is not the one that it had.
type PinError struct {
	Addr      string // "host:port"
	Want, Got string // fingerprints
	File      string // of the pins
}

// Error says what that means and what to do if the new certificate is right.
func (e *PinError) Error() string {
	return fmt.Sprintf("client: %s has another certificate than before, so somebody may listen in: its fingerprint is %s, and was %s; "+
		"if the server is known to have a new one, remove its line from %s", e.Addr, e.Got, e.Want, e.File)
}

// guard makes config trust what the pins do, and any certificate of a server without
// a pin: learn has the last word on that.
func (p *Pins) guard(config *tls.Config, addr string) {
	roots, name, verify := config.RootCAs, config.ServerName, config.VerifyConnection
	config.InsecureSkipVerify = true // VerifyConnection does it
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

// isVouchedFor reports whether an authority signed the certificate for the name.
func isVouchedFor(state tls.ConnectionState, roots *x509.CertPool, name string) bool {
	others := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		others.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: name, Intermediates: others})
	return err == nil
}

// compare returns an error if another fingerprint is known.
func (p *Pins) compare(addr, fingerprint string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.known[strings.ToLower(addr)]; ok && known != fingerprint {
		return &PinError{Addr: addr, Want: known, Got: fingerprint, File: p.file}
	}
	return nil
}

// learn remembers the certificate of a connection if it is needed. The handshake is
// over: the server has shown that the certificate is its own.
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

// add adds a line to the file, in which another program may have made the same pin
// meanwhile, or another one.
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
	if text != "" && !strings.HasSuffix(text, "\n") { // somebody edited it
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
	return nil
}
