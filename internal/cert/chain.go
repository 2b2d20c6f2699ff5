package cert

import "crypto/x509"

// IsSigned reports whether the first certificate of a chain is good by the options. The
// others, which the peer has sent with it, may be in between.
func IsSigned(chain []*x509.Certificate, options x509.VerifyOptions) bool {
	options.Intermediates = x509.NewCertPool()
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(options)
	return err == nil
}
