// Package cert makes the TLS configuration of a server. It reads certificates again
// when their files change.
package cert

import (
	"crypto/tls"
	"errors"
	"log/slog"
)

// ALPN is the name of the protocol in TLS and QUIC.
const ALPN = "gopher"

// Config returns a copy of base, which may be nil, for TLS 1.2 or later and, unless base
// says otherwise, the protocol [ALPN]. If files are named the certificate is theirs, and
// changes of the files are followed. It returns an error if the files cannot be used, or
// if neither they nor base have a certificate. Events are logged to log, which must not
// be nil.
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
		// crypto/tls prefers Certificates for clients that send no server name.
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
