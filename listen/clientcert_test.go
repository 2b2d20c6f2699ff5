package listen_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/listen"
)

// authority returns a pool with a new authority, and a certificate that it signed.
func authority(t *testing.T) (*x509.CertPool, tls.Certificate) {
	t.Helper()
	sign := func(template, parent *x509.Certificate, key *ecdsa.PrivateKey, parentKey *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	rootKey, key := newKey(), newKey()
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	root = sign(root, root, rootKey, rootKey)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "ann"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	leaf = sign(leaf, root, key, rootKey)
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return pool, tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
}

func TestRequireCert(t *testing.T) {
	pair, _ := certificate(t)
	roots, signed := authority(t)
	known, err := listen.SelfSigned("known")
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := listen.SelfSigned("known")
	if err != nil {
		t.Fatal(err)
	}
	fingerprint := client.Fingerprint(known.Leaf)
	colons := strings.ToUpper(strings.TrimPrefix(fingerprint, "sha256:"))
	for i := len(colons) - 2; i > 0; i -= 2 {
		colons = colons[:i] + ":" + colons[i:]
	}

	r := gopherframe.NewRouter()
	in := answers(gopherframe.Text("in"))
	r.With(listen.RequireCert(listen.Fingerprints(fingerprint))).Handle("fingerprint", in)
	r.With(listen.RequireCert(listen.Fingerprints("sha256 Fingerprint="+colons))).Handle("colons", in)
	r.With(listen.RequireCert(listen.Authority(roots))).Handle("authority", in)
	r.With(listen.RequireCert(func(state tls.ConnectionState) bool {
		return state.PeerCertificates[0].Subject.CommonName == "ann"
	})).Handle("function", in)
	config := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert}
	addr, clientConfig, _ := startTLS(t, &listen.TLS{Config: config, AllowPlain: true}, r.Respond)
	clientConfig.InsecureSkipVerify = true

	const required, not = "A client certificate is required.", "This client certificate is not authorised."
	for _, tt := range []struct {
		name  string
		shown *tls.Certificate
		want  [4]string
	}{
		{"none", nil, [4]string{required, required, required, required}},
		{"known", &known, [4]string{"in", "in", not, not}},
		{"stranger of the same name", &stranger, [4]string{not, not, not, not}},
		{"signed", &signed, [4]string{not, not, "in", "in"}},
	} {
		clientConfig.Certificates = nil
		if tt.shown != nil {
			clientConfig.Certificates = []tls.Certificate{*tt.shown}
		}
		for i, selector := range []string{"fingerprint", "colons", "authority", "function"} {
			got, err := fetchTLS(t, addr, clientConfig, selector+"\n")
			want := tt.want[i] + "\r\n.\r\n"
			if tt.want[i] != "in" {
				want = "3" + tt.want[i] + "\t\terror.host\t0\r\n.\r\n"
			}
			if got != want || err != nil {
				t.Errorf("%s, %s: %q, %v, want %q", tt.name, selector, got, err, want)
			}
		}
	}
	if got, err := fetch(t, addr, "fingerprint\n"); !strings.HasPrefix(got, "3"+required) || err != nil {
		t.Errorf("without TLS: %q, %v", got, err)
	}
}

// TestNoCertificate: the rules let nobody in who has no certificate.
func TestNoCertificate(t *testing.T) {
	if listen.Fingerprints()(tls.ConnectionState{}) || listen.Authority(x509.NewCertPool())(tls.ConnectionState{}) {
		t.Error("somebody without a certificate is let in")
	}
}

func TestRequireCertPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"nil":               func() { listen.RequireCert(nil) },
		"no authorities":    func() { listen.Authority(nil) },
		"sha1:x":            func() { listen.Fingerprints("sha1:x") },
		"too short":         func() { listen.Fingerprints("sha256:00") },
		"not hexadecimal":   func() { listen.Fingerprints("sha256:" + strings.Repeat("g", 64)) },
		"one of several is": func() { listen.Fingerprints("sha256:"+strings.Repeat("0", 64), "") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			f()
		}()
	}
}
