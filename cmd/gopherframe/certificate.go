package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"gopherframe/client"
	"gopherframe/listen"
)

// A certificate is the flags that say which certificate serve shows to clients.
type certificate struct {
	Cert       string `placeholder:"FILE" help:"The certificate for TLS and QUIC, in PEM form. It is read again when it changes."`
	Key        string `placeholder:"FILE" help:"The key of the certificate."`
	SelfSigned bool   `help:"Make a throw-away certificate, to try things out, and print its fingerprint."`
}

// check returns an error if the endpoints need a certificate and the flags give none, or
// the other way round, and if the files cannot be used.
func (c *certificate) check(endpoints []*endpoint) error {
	var needs *endpoint
	for _, e := range endpoints {
		if e.isSecure() {
			needs = cmp.Or(needs, e)
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

// config returns a configuration with a new certificate for all hosts that the server
// is known by, and says its fingerprint. Without --self-signed it returns nil: the
// listeners then read the files.
func (c *certificate) config(endpoints []*endpoint, publicHost string, log *serveLog) (*tls.Config, error) {
	if !c.SelfSigned {
		return nil, nil
	}
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	add := func(host string) {
		if host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	add(publicHost)
	for _, e := range endpoints {
		host, _, _ := net.SplitHostPort(e.addr)
		add(host)
	}
	pair, err := listen.SelfSigned(hosts...)
	if err != nil {
		return nil, err
	}
	fingerprint, names := client.Fingerprint(pair.Leaf), strings.Join(hosts, ", ")
	log.say(fmt.Sprintf("certificate %s for %s", fingerprint, names), "certificate", "fingerprint", fingerprint, "hosts", names)
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}
