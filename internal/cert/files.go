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

// checkEvery is the least time between two reads of the files: many handshakes must not
// lead to as many system calls.
const checkEvery = time.Second

// files are a certificate and its key. The pair in use is the last valid one, since
// programs that renew certificates write one file after the other, and in pieces.
type files struct {
	cert, key string
	log       *slog.Logger

	current atomic.Pointer[tls.Certificate]
	checked atomic.Int64 // time of the last read, in nanoseconds since 1970

	mu   sync.Mutex // guards seen, and is held while the files are read
	seen content    // as of the last read
}

// content is the content of both files, or the error of reading them. It is compared to
// find changes, since modification times do not show all of them.
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
		if err == nil && !info.Mode().IsRegular() { // reading a pipe could block
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

// certificate is the GetCertificate of a tls.Config. One handshake at a time looks for
// changes; the others get the pair in use.
func (f *files) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	now := time.Now().UnixNano()
	if last := f.checked.Load(); now-last >= int64(checkEvery) && f.checked.CompareAndSwap(last, now) {
		f.reload()
	}
	return f.current.Load(), nil
}

// reload puts the pair of the files in use if they have changed and are valid. If they
// are not, it logs that once for each change.
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

// use puts the pair in use if it is valid. The caller holds f.mu.
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
