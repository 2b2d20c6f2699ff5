package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"gopherframe/client"
	"gopherframe/internal/harmless"
)

// clientTLS is the flags of get and check for gophers:// and gopher+quic://.
type clientTLS struct {
	Pins string `placeholder:"FILE" help:"Trust certificates that no authority vouches for when they are first seen, and keep them in FILE."`
	Cert string `placeholder:"FILE" help:"The certificate to show to servers that ask for one, in PEM form."`
	Key  string `placeholder:"FILE" help:"The key of the certificate."`
}

// client returns a client with these flags, which takes answers of any length.
func (f *clientTLS) client() (*client.Client, error) {
	c := &client.Client{MaxBytes: -1}
	if (f.Cert == "") != (f.Key == "") {
		return nil, usageError{errors.New("--cert and --key need each other")}
	}
	if f.Cert != "" {
		pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
		if err != nil {
			return nil, fmt.Errorf("--cert %s, --key %s: %w", f.Cert, f.Key, err)
		}
		c.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	if f.Pins == "" {
		return c, nil
	}
	pins, err := client.OpenPins(f.Pins)
	if err != nil {
		return nil, err
	}
	pins.Added = func(addr, fingerprint string) {
		fmt.Fprintf(os.Stderr, "%s: remembered %s in %s\n", harmless.Text(addr), fingerprint, f.Pins)
	}
	c.Pins = pins
	return c, nil
}

// explain adds to an error of a connection what can be done about it, if that is known.
func explain(err error) error {
	if shown := badCertificate(err); shown != nil {
		return fmt.Errorf("%w (its fingerprint is %s; --pins FILE trusts it)", err, client.Fingerprint(shown))
	}
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) {
		return fmt.Errorf("%w (it does not speak TLS there: try gopher://)", err)
	}
	if strings.HasSuffix(err.Error(), "tls: no application protocol") { // an alert, whose type is not exported
		return fmt.Errorf("%w (it speaks TLS there, but not Gopher)", err)
	}
	var name *net.DNSError
	switch {
	case !errors.As(err, &name):
		return err
	case name.IsNotFound:
		return fmt.Errorf("no host is called %s", name.Name)
	}
	return fmt.Errorf("the name %s cannot be looked up: %s", name.Name, name.Err)
}

// badCertificate returns the certificate that the error is about: one that no authority
// vouches for, that has another name, or that has expired.
func badCertificate(err error) *x509.Certificate {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return unknown.Cert
	case errors.As(err, &name):
		return name.Certificate
	case errors.As(err, &invalid):
		return invalid.Cert
	}
	return nil
}
