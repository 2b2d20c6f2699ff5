package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"

	"gopherframe/client"
	"gopherframe/internal/cert"
	"gopherframe/listen"
)

// A certificate is the flags that say which certificate serve shows to clients.
type certificate struct {
	Cert       []string `sep:"none" placeholder:"FILE" help:"The certificate for TLS and QUIC, in PEM form. It is read again when it changes. May be given several times, with a --key for each in the same order: clients get the one for the host that they ask for, or else the first."`
	Key        []string `sep:"none" placeholder:"FILE" help:"The key of the certificate."`
	SelfSigned bool     `help:"Make a throw-away certificate, to try things out, and print its fingerprint."`
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
	files := len(c.Cert) + len(c.Key)
	given := files > 0 || c.SelfSigned
	switch {
	case needs != nil && !given:
		return usageError{fmt.Errorf("%s: needs a certificate: --cert FILE and --key FILE, or --self-signed to try it out", needs.name)}
	case needs == nil && given:
		return usageError{fmt.Errorf("%s: nothing needs a certificate: add --listen tls://HOST:PORT", c.given())}
	case c.SelfSigned && files > 0:
		return usageError{errors.New("--self-signed makes a certificate of its own: leave out --cert and --key")}
	case len(c.Cert) != len(c.Key):
		return usageError{fmt.Errorf("--cert and --key need each other: there are %d of --cert and %d of --key", len(c.Cert), len(c.Key))}
	}
	for i, file := range c.Cert {
		if _, err := tls.LoadX509KeyPair(file, c.Key[i]); err != nil {
			return fmt.Errorf("--cert %s, --key %s: %w", file, c.Key[i], err)
		}
	}
	return nil
}

// given returns the first of the flags that is given, as it is written on a command line.
func (c *certificate) given() string {
	switch {
	case len(c.Cert) > 0:
		return "--cert " + c.Cert[0]
	case len(c.Key) > 0:
		return "--key " + c.Key[0]
	}
	return "--self-signed"
}

// config returns the configuration with the certificates, nil if there are none. With --self-signed
// it makes a new one for all names that the server is known by, and says its fingerprint. What
// happens to the files later is logged.
func (c *certificate) config(endpoints []*endpoint, names []string, log *serveLog) (*tls.Config, error) {
	if !c.SelfSigned {
		return c.fromFiles(log.Logger)
	}
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	add := func(host string) {
		if host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	for _, name := range names {
		add(name)
	}
	for _, e := range endpoints {
		host, _, _ := net.SplitHostPort(e.addr)
		add(host)
	}
	pair, err := listen.SelfSigned(hosts...)
	if err != nil {
		return nil, err
	}
	fingerprint, certified := client.Fingerprint(pair.Leaf), strings.Join(hosts, ", ")
	log.say(fmt.Sprintf("certificate %s for %s", fingerprint, certified), "certificate", "fingerprint", fingerprint, "hosts", certified)
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

// fromFiles returns a configuration that gives a client the first certificate that is for the
// host it asks for and of a kind that it knows, or else the first of all. Each pair of files is
// followed by itself.
func (c *certificate) fromFiles(log *slog.Logger) (*tls.Config, error) {
	var pairs []*tls.Config
	for i, file := range c.Cert {
		pair, err := cert.Config(file, c.Key[i], nil, log)
		if err != nil {
			return nil, fmt.Errorf("--cert %s, --key %s: %w", file, c.Key[i], err)
		}
		pairs = append(pairs, pair)
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	return &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		for _, pair := range pairs {
			if found, err := pair.GetCertificate(hello); err == nil && hello.SupportsCertificate(found) == nil {
				return found, nil
			}
		}
		return pairs[0].GetCertificate(hello)
	}}, nil
}
