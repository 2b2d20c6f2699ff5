package cert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// newPair returns a certificate with the serial number given and its key, in PEM form.
func newPair(t *testing.T, serial int64) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	der8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der8})
}

// TestReload: the files are read at most once a second, the last valid pair stays in use,
// and an invalid one is logged once, however many handshakes there are.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert"), filepath.Join(dir, "key")
	cert1, key1 := newPair(t, 1)
	cert2, key2 := newPair(t, 2)
	synctest.Test(t, func(t *testing.T) {
		write := func(file string, content []byte) {
			t.Helper()
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(cert, cert1)
		write(key, key1)
		var log bytes.Buffer
		config, err := Config(cert, key, nil, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		const unused, used = "the new certificate is not used", "gopherframe: new certificate"
		steps := []struct {
			name         string
			change       func()
			wait         time.Duration
			serial       int64 // of the certificate in use afterwards
			unused, used int   // log entries
		}{
			{"nothing", func() {}, time.Hour, 1, 0, 0},
			{"half a certificate", func() { write(cert, cert2[:40]) }, 0, 1, 0, 0}, // last read less than a second ago
			{"half a certificate, seen", func() {}, time.Second, 1, 1, 0},
			{"a certificate without its key", func() { write(cert, cert2) }, time.Second, 1, 2, 0},
			{"no key", func() { os.Remove(key) }, time.Second, 1, 3, 0},
			{"both", func() { write(key, key2) }, time.Second - time.Nanosecond, 1, 3, 0},
			{"both, seen", func() {}, time.Nanosecond, 2, 3, 1},
			{"the same again", func() { write(cert, cert2) }, time.Second, 2, 3, 1},
		}
		for _, step := range steps {
			step.change()
			time.Sleep(step.wait)
			var got *tls.Certificate
			for range 3 {
				got, _ = config.GetCertificate(nil)
			}
			if serial := got.Leaf.SerialNumber.Int64(); serial != step.serial {
				t.Errorf("%s: certificate %d is in use, want %d", step.name, serial, step.serial)
			}
			if n := strings.Count(log.String(), unused); n != step.unused {
				t.Errorf("%s: %q is %d times in the log, want %d", step.name, unused, n, step.unused)
			}
			if n := strings.Count(log.String(), used); n != step.used {
				t.Errorf("%s: %q is %d times in the log, want %d", step.name, used, n, step.used)
			}
		}
		if t.Failed() {
			t.Logf("log:\n%s", log.String())
		}
	})
}
