package files

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gopherframe"
	"gopherframe/internal/lru"
)

const (
	// maxKept is about how many bytes of menus are kept unless Cache says otherwise: room for
	// one of maxListed entries.
	maxKept = 16 << 20
	// settled is how long a file or directory must not have changed for an answer to be kept:
	// file systems do not tell two changes within one tick of their clock apart.
	settled = 2 * time.Second
	// maxAge is how long a menu is kept where there are no stamps: it may be wrong although the
	// times of its directory stay the same, since the types of files without an extension
	// depend on their content, and links on what they lead to.
	maxAge = 10 * time.Second
)

// A stamp tells a state of a file from all others: whatever changes the file, also its mode,
// sets ctime, and on the file systems of Linux itself no program can set that back (NFS, vfat
// and FUSE may tell an mtime for it). So the stamp of a directory tells that nothing
// was added to it, removed from it or renamed in it. Times are in nanoseconds since 1970.
type stamp struct {
	dev, ino     uint64
	size         int64
	mtime, ctime int64
}

// A cache keeps answers: texts of small files, and menus of directories.
type cache struct {
	start time.Time // when it was made
	mu    sync.Mutex
	kept  lru.Cache[key, *kept]
}

// A key identifies an answer: a text or menu, the user, the file, and what Mounts removed from the
// selectors in a menu, "" for a text.
type key struct {
	user       string // whose directory it is in; "": the site
	name, base string
	menu       bool
}

// A kept is an answer that is kept.
type kept struct {
	answer gopherframe.Response // a Text, a *Menu, or nil for a file that is not answered as a Text
	exact  bool                 // it is right as long as its file has the stamp
	stamp  stamp                // if exact
	state  state                // if not exact
	found  atomic.Int64         // when the file was looked up last by a way that cannot leave the tree, in nanoseconds since the start of the cache
}

// find returns what is kept for k, nil if there is nothing or its files are no longer in the
// state s.
func (c *cache) find(k key, s state) *kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.kept.Get(k)
	if !ok {
		return nil
	}
	if !e.isValid(s) {
		c.kept.Remove(k)
		return nil
	}
	e.found.Store(c.since(s.asked))
	return e
}

// glance returns what is kept for k if one look at the file, by its stamp, tells that it is
// right. The look may leave the tree through a link on the way, so once a second it is not
// enough, unless there is nothing on the way.
func (c *cache) glance(d *dirFS, k key, now time.Time) *kept {
	c.mu.Lock()
	e, ok := c.kept.Get(k)
	c.mu.Unlock()
	if !ok || !e.exact || strings.Contains(k.name, "/") && c.since(now)-e.found.Load() >= int64(lookAgain) {
		return nil
	}
	t, err := d.use()
	if err != nil {
		return nil
	}
	defer t.release()
	if is, ok := t.short.stamp(k.name); !ok || is != e.stamp {
		return nil
	}
	return e
}

// keep keeps the answer, whose weight is in bytes, if its files were settled. It is exact if
// it depends on nothing but what the stamp of its file tells.
func (c *cache) keep(k key, answer gopherframe.Response, weight int64, s state, exact bool) {
	e := &kept{answer: answer}
	if exact {
		e.stamp, e.exact = stampOf(s.file)
	}
	if e.exact && s.asked.UnixNano()-e.stamp.ctime < int64(settled) || !e.exact && !s.isSettled() {
		return
	}
	if !e.exact {
		e.state = s
	}
	e.found.Store(c.since(s.asked))
	const entry = 1 << 10 // without the answer and the key
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept.Add(k, e, weight+entry+int64(len(k.user)+len(k.name)+len(k.base)))
}

// since returns the nanoseconds from the start of c to t, whatever was done to the clock in
// between.
func (c *cache) since(t time.Time) int64 { return int64(t.Sub(c.start)) }

func (e *kept) isValid(s state) bool {
	if e.exact {
		is, ok := stampOf(s.file)
		return ok && is == e.stamp
	}
	return s.asked.Sub(e.state.asked) <= maxAge && e.state.equal(s)
}

// A state has the FileInfos of the files that an answer is made of, at the time at which it
// was asked for.
type state struct {
	file, gophermap fs.FileInfo // file may be a directory, and gophermap its map, nil if there is none
	asked           time.Time
}

func (s state) equal(other state) bool {
	return sameFile(s.file, other.file) && sameFile(s.gophermap, other.gophermap)
}

// isSettled reports whether every change after s was taken shows in the times of the
// files. File systems in memory may have no times.
func (s state) isSettled() bool {
	for _, info := range []fs.FileInfo{s.file, s.gophermap} {
		if info != nil && (info.ModTime().IsZero() || s.asked.Sub(info.ModTime()) < settled) {
			return false
		}
	}
	return true
}

// sameFile reports whether a and b describe the same file, unchanged in between.
func sameFile(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	// A directory that was moved away for another one may have the same times. Files that
	// are not the system's, as in a zip archive, have no identity.
	return a.Name() == b.Name() && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && (os.SameFile(a, b) || !isSystems(a))
}

// isSystems reports whether info is of a file of the system: os.SameFile knows no others.
func isSystems(info fs.FileInfo) bool { return os.SameFile(info, info) }
