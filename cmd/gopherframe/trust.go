package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"gopherframe/client"
)

// trust is which certificates of servers are believed.
type trust struct {
	Pins string `placeholder:"FILE" help:"Trust certificates that no authority vouches for when they are first seen, and keep them in FILE."`
}

// client returns one that takes answers of any length.
func (t *trust) client() (*client.Client, error) {
	c := &client.Client{MaxBytes: -1}
	if t.Pins == "" {
		return c, nil
	}
	var err error
	c.Pins, err = client.OpenPins(t.Pins)
	return c, err
}

// explain says what can be done about a connection that is not to be had.
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
