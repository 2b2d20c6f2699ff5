package cert

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
)

// Fingerprint is client.Fingerprint.
func Fingerprint(certificate *x509.Certificate) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(certificate.Raw))
}
