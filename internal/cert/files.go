package cert

import (
	"crypto/tls"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// checkEvery is how often the files are looked at, at most: a flood of handshakes
// must not become one of system calls.
const checkEvery = time.Second

// files are a certificate and its key. The pair in use is the last good one:
// programs that renew certificates write one file after the other, and in pieces.
type files struct {
	cert, key string
	log       *slog.Logger

	current atomic.Pointer[tls.Certificate]
	checked atomic.Int64 // when, in nanoseconds since 1970

	mu   sync.Mutex // guards what follows, and loading
	seen [2]stamp   // of the files as they were tried last
}

// A stamp tells whether a file was changed or replaced.
type stamp struct {
	info fs.FileInfo
	err  string
}

func stampOf(name string) stamp {
	info, err := os.Stat(name)
	if err != nil {
		return stamp{err: err.Error()}
	}
	return stamp{info: info}
}

func (s stamp) equal(t stamp) bool {
	if s.info == nil || t.info == nil {
		return s.info == nil && t.info == nil && s.err == t.err
	}
	return os.SameFile(s.info, t.info) && s.info.ModTime().Equal(t.info.ModTime()) && s.info.Size() == t.info.Size()
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
	seen := [2]stamp{stampOf(f.cert), stampOf(f.key)}
	if seen[0].equal(f.seen[0]) && seen[1].equal(f.seen[1]) {
		return
	}
	if err := f.loadLocked(seen); err != nil {
		f.log.Error("gopherframe: the new certificate is not used, the last good one is", "error", err.Error())
		return
	}
	f.log.Info("gopherframe: new certificate", "file", f.cert, "until", f.current.Load().Leaf.NotAfter)
}

func (f *files) load() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checked.Store(time.Now().UnixNano())
	return f.loadLocked([2]stamp{stampOf(f.cert), stampOf(f.key)})
}

// loadLocked reads the files, of which seen was taken before: a change while they
// are read is found the next time.
func (f *files) loadLocked(seen [2]stamp) error {
	f.seen = seen
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("certificate %s, key %s: %w", f.cert, f.key, err)
	}
	f.current.Store(&pair)
	return nil
}
