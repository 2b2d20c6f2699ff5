// Package cert makes the TLS configuration of a server, with certificates that
// are read again when their files change.
package cert

import (
	"crypto/tls"
	"errors"
	"log/slog"
)

// ALPN is the name of the protocol in TLS and QUIC.
const ALPN = "gopher"

// Config returns what a server needs: a copy of base, nil for none, that offers
// Gopher and nothing older than TLS 1.2. If files are named it has the certificate
// in them, and follows their changes. It returns an error if the files cannot be
// used, and if there is no certificate at all.
func Config(certFile, keyFile string, base *tls.Config, log *slog.Logger) (*tls.Config, error) {
	config := &tls.Config{}
	if base != nil {
		config = base.Clone()
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{ALPN}
	}
	switch {
	case certFile != "" && keyFile != "":
		f := &files{cert: certFile, key: keyFile, log: log}
		if err := f.load(); err != nil {
			return nil, err
		}
		// Certificates in Config would be served instead of those of the files.
		config.Certificates = nil
		config.GetCertificate = f.certificate
	case certFile != "":
		return nil, errors.New("a certificate file needs a key file")
	case keyFile != "":
		return nil, errors.New("a key file needs a certificate file")
	case len(config.Certificates) == 0 && config.GetCertificate == nil && config.GetConfigForClient == nil:
		return nil, errors.New("TLS needs a certificate: set CertFile and KeyFile, or Config")
	}
	return config, nil
}
