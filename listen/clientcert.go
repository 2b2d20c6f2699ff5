package listen

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopherframe"
	"gopherframe/internal/cert"
)

// RequireCert returns a middleware that lets in clients whose certificate allow accepts:
// [Fingerprints], [Authority] or a function of the app's. The others read that a
// certificate is required, or that theirs is not authorised. The listener has to ask for
// certificates:
//
//	&listen.TLS{…, Config: &tls.Config{ClientAuth: tls.RequestClientCert}}
//	r.With(listen.RequireCert(listen.Fingerprints("sha256:…"))).Handle("desk", desk)
//
// The handshake has proved that the client has the key of its certificate, and nothing
// more: with tls.RequestClientCert anybody can make one, so allow must not go by the
// names in it. Clients over plain Gopher have no certificate and are never let in, nor is
// anybody behind a proxy that ends TLS. A request in the early data of QUIC, which anybody
// may have recorded and sent again, is refused, too. RequireCert comes inside of Logger and outside of
// Cache. It panics if allow is nil.
func RequireCert(allow func(tls.ConnectionState) bool) gopherframe.Middleware {
	if allow == nil {
		panic("listen: RequireCert(nil) lets nobody in: give a function, or remove the route")
	}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			state, _ := ConnState(q.Context())
			switch {
			case len(state.PeerCertificates) == 0 || !state.HandshakeComplete:
				return &gopherframe.Error{Text: "A client certificate is required.", Err: errNoCert}
			case !allow(state):
				return &gopherframe.Error{
					Text: "This client certificate is not authorised.",
					Err:  fmt.Errorf("client certificate %s is not allowed", cert.Fingerprint(state.PeerCertificates[0])),
				}
			}
			return next(q)
		}
	}
}

var errNoCert = errors.New("no client certificate")

// Fingerprints is for [RequireCert]: it accepts the certificates with these fingerprints:
// "sha256:" and the hash in hexadecimal digits, as client.Fingerprint and `get` give it, or
// what `openssl x509 -fingerprint -sha256` prints. It panics if one of them is neither.
func Fingerprints(allowed ...string) func(tls.ConnectionState) bool {
	known := make([]string, len(allowed))
	for i, text := range allowed {
		digits := strings.ToLower(text)
		for _, before := range []string{"sha256:", "sha256 fingerprint="} {
			digits = strings.TrimPrefix(digits, before)
		}
		digits = strings.ReplaceAll(digits, ":", "")
		if len(digits) != 64 || strings.Trim(digits, "0123456789abcdef") != "" {
			panic(fmt.Sprintf("listen: Fingerprints: %q is not sha256: and 64 hexadecimal digits", text))
		}
		known[i] = "sha256:" + digits
	}
	return func(state tls.ConnectionState) bool {
		return len(state.PeerCertificates) > 0 && slices.Contains(known, cert.Fingerprint(state.PeerCertificates[0]))
	}
}

// Authority is for [RequireCert]: it accepts the certificates that one of the roots has
// signed for clients, directly or through the others that the client sent, and that are
// valid now. It panics if roots is nil, which would mean every authority that the system
// trusts.
func Authority(roots *x509.CertPool) func(tls.ConnectionState) bool {
	if roots == nil {
		panic("listen: Authority(nil) would let in clients of every authority that the system trusts: give a pool")
	}
	return func(state tls.ConnectionState) bool {
		return len(state.PeerCertificates) > 0 && cert.IsSigned(state.PeerCertificates, x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	}
}
