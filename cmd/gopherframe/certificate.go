package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"gopherframe/client"
	"gopherframe/listen"
)

// A certificate is what --cert, --key and --self-signed say.
type certificate struct {
	Cert       string `placeholder:"FILE" help:"The certificate for TLS and QUIC, in PEM form. It is read again when it changes."`
	Key        string `placeholder:"FILE" help:"The key of the certificate."`
	SelfSigned bool   `help:"Make a throw-away certificate, to try things out, and print its fingerprint."`
}

// check returns an error if the places and the flags do not go together.
func (c *certificate) check(places []*place) error {
	var needs *place
	for _, p := range places {
		if secure[p.scheme] {
			needs = cmp.Or(needs, p)
		}
	}
	given := c.Cert != "" || c.Key != "" || c.SelfSigned
	switch {
	case needs != nil && !given:
		return usageError{fmt.Errorf("%s: needs a certificate: --cert FILE and --key FILE, or --self-signed to try it out", needs.name)}
	case needs == nil && given:
		return usageError{errors.New("there is a certificate, but nothing that needs it: add --listen tls://HOST:PORT")}
	case c.SelfSigned && (c.Cert != "" || c.Key != ""):
		return usageError{errors.New("--self-signed makes a certificate of its own: leave out --cert and --key")}
	case (c.Cert == "") != (c.Key == ""):
		return usageError{errors.New("--cert and --key need each other")}
	}
	if c.Cert != "" {
		if _, err := tls.LoadX509KeyPair(c.Cert, c.Key); err != nil {
			return fmt.Errorf("--cert %s, --key %s: %w", c.Cert, c.Key, err)
		}
	}
	return nil
}

// config returns nil, or a configuration with a new certificate for all names that
// the server is known by. It says on w which one it is.
func (c *certificate) config(places []*place, public string, w io.Writer) (*tls.Config, error) {
	if !c.SelfSigned {
		return nil, nil
	}
	names := []string{"localhost", "127.0.0.1", "::1"}
	add := func(host string) {
		if host != "" && !slices.Contains(names, host) {
			names = append(names, host)
		}
	}
	add(public)
	for _, p := range places {
		host, _, _ := net.SplitHostPort(p.addr)
		add(host)
	}
	pair, err := listen.SelfSigned(names...)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "certificate %s for %s\n", client.Fingerprint(pair.Leaf), strings.Join(names, ", "))
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}
