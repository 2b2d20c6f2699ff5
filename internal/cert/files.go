package cert

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// checkEvery is how often the files are read, at most: a flood of handshakes must not
// become one of system calls.
const checkEvery = time.Second

// files are a certificate and its key. The pair in use is the last good one:
// programs that renew certificates write one file after the other, and in pieces.
type files struct {
	cert, key string
	log       *slog.Logger

	current atomic.Pointer[tls.Certificate]
	checked atomic.Int64 // when, in nanoseconds since 1970

	mu   sync.Mutex // guards what follows, and loading
	seen content    // what was tried last
}

// content is what was in the files, or why it could not be read. Times of files do
// not always tell that they changed.
type content struct {
	cert, key []byte
	err       error
}

func (f *files) read() (c content) {
	for _, file := range []struct {
		name string
		into *[]byte
	}{{f.cert, &c.cert}, {f.key, &c.key}} {
		info, err := os.Stat(file.name)
		if err == nil && !info.Mode().IsRegular() { // a pipe would keep us waiting
			err = fmt.Errorf("%s: is no file", file.name)
		}
		if err == nil {
			*file.into, err = os.ReadFile(file.name)
		}
		if err != nil {
			return content{err: err}
		}
	}
	return c
}

func (c content) equal(d content) bool {
	if c.err != nil || d.err != nil {
		return c.err != nil && d.err != nil && c.err.Error() == d.err.Error()
	}
	return bytes.Equal(c.cert, d.cert) && bytes.Equal(c.key, d.key)
}

// certificate is a tls.Config's GetCertificate. Only one handshake looks at the
// files; the others go on with what there is.
func (f *files) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	now := time.Now().UnixNano()
	if last := f.checked.Load(); now-last >= int64(checkEvery) && f.checked.CompareAndSwap(last, now) {
		f.reload()
	}
	return f.current.Load(), nil
}

// reload tries the files if they changed. What is wrong with them is logged once.
func (f *files) reload() {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.read()
	if now.equal(f.seen) {
		return
	}
	if err := f.use(now); err != nil {
		f.log.Error("gopherframe: the new certificate is not used, the last good one is", "error", err.Error())
		return
	}
	f.log.Info("gopherframe: new certificate", "file", f.cert, "until", f.current.Load().Leaf.NotAfter)
}

func (f *files) load() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checked.Store(time.Now().UnixNano())
	return f.use(f.read())
}

// use puts the pair in use if it is good. The caller holds f.mu.
func (f *files) use(c content) error {
	f.seen = c
	if c.err != nil {
		return fmt.Errorf("certificate %s, key %s: %w", f.cert, f.key, c.err)
	}
	pair, err := tls.X509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("certificate %s, key %s: %w", f.cert, f.key, err)
	}
	f.current.Store(&pair)
	return nil
}
