package client

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
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
// of its certificate. If there is none yet the first pin makes it.
func OpenPins(file string) (*Pins, error) {
	p := &Pins{file: file, known: map[string]string{}}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("client: pins: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		fields := strings.Fields(text)
		if len(fields) != 2 || !strings.HasPrefix(fields[1], "sha256:") {
			return nil, fmt.Errorf("client: %s:%d: %q is not host:port and sha256:fingerprint", file, n, text)
		}
		p.known[fields[0]] = strings.ToLower(fields[1])
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("client: %s: %w", file, err)
	}
	return p, nil
}

// Fingerprint returns what tells a certificate from all others, "sha256:" and the
// hash of it in hexadecimal digits.
func Fingerprint(certificate *x509.Certificate) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(certificate.Raw))
}

// A PinError is the error of a server whose certificate is not the one that it had.
type PinError struct {
	Addr      string // "host:port"
	Want, Got string // fingerprints
	File      string // of the pins
}

func (e *PinError) Error() string {
	return fmt.Sprintf("client: %s has another certificate than before, so somebody may listen in: its fingerprint is %s, and was %s; "+
		"if the server is known to have a new one, remove its line from %s", e.Addr, e.Got, e.Want, e.File)
}

// guard makes config trust what the pins do.
func (p *Pins) guard(config *tls.Config, addr string) {
	roots, name, verify := config.RootCAs, config.ServerName, config.VerifyConnection
	config.InsecureSkipVerify = true // VerifyConnection does it
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if verify != nil {
			if err := verify(state); err != nil {
				return err
			}
		}
		leaf := state.PeerCertificates[0]
		others := x509.NewCertPool()
		for _, c := range state.PeerCertificates[1:] {
			others.AddCert(c)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, Intermediates: others}); err == nil {
			return nil
		}
		return p.check(strings.ToLower(addr), Fingerprint(leaf))
	}
}

// check compares the fingerprint with the one that is known, or makes it known.
func (p *Pins) check(addr, fingerprint string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch known := p.known[addr]; known {
	case fingerprint:
		return nil
	case "":
		if err := p.add(addr, fingerprint); err != nil {
			return fmt.Errorf("client: the pin of %s cannot be kept: %w", addr, err)
		}
		return nil
	default:
		return &PinError{Addr: addr, Want: known, Got: fingerprint, File: p.file}
	}
}

func (p *Pins) add(addr, fingerprint string) error {
	f, err := os.OpenFile(p.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s %s\n", addr, fingerprint)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	p.known[addr] = fingerprint
	return nil
}
