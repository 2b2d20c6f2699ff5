package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"gopherframe/client"
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
	var err error
	c.Pins, err = client.OpenPins(f.Pins)
	return c, err
}

// explain adds to an error of a connection what can be done about it, if that is known.
func explain(err error) error {
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) && unknown.Cert != nil {
		return fmt.Errorf("%w (its fingerprint is %s; --pins FILE trusts it)", err, client.Fingerprint(unknown.Cert))
	}
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) {
		return fmt.Errorf("%w (it does not speak TLS there: try gopher://)", err)
	}
	return err
}
