package files

import (
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// maxOpenHomes is how many directories of users stay open. Each takes two descriptors, and
	// listen.Limits leaves 64 to all that is no connection.
	maxOpenHomes = 16
	// idleHome is how long one stays open that nobody asks for.
	idleHome = time.Minute
)

// openHomes are the directories of users that are open. One that is in use is never closed, so
// there may be more than max for a moment.
type openHomes struct {
	asRoot bool          // the server is root, which may read what its users may not
	max    int           // maxOpenHomes, but in tests
	idle   time.Duration // idleHome, but in tests

	mu    sync.Mutex // guards the fields below, home.tree, and the fields of each homeTree
	trees []*homeTree
	timer *time.Timer // nil: no tree is open
}

// A homeTree is an open directory of a user.
type homeTree struct {
	*tree
	home    *home
	using   int       // how many uses of it are not released yet
	dropped bool      // it is closed when using is 0
	used    time.Time // when a use began last
	checked time.Time // when it was last found to be the directory that the path in the home leads to
}

func newOpenHomes() openHomes {
	return openHomes{asRoot: os.Geteuid() == 0, max: maxOpenHomes, idle: idleHome}
}

// use returns the directory of the home, open, for the caller to release. Once a second the path is opened
// anew, since another directory, or a link that leads out of the home, may have taken its place.
func (o *openHomes) use(h *home) (*homeTree, error) {
	if t := o.take(h); t != nil {
		return t, nil
	}
	h.opening.Lock()
	defer h.opening.Unlock()
	if t := o.take(h); t != nil { // somebody else has opened it meanwhile
		return t, nil
	}
	fresh, err := h.openTree()
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if old := h.tree; old != nil {
		if err == nil && sameDir(old.tree, fresh) {
			fresh.close()
			old.using, old.used, old.checked = old.using+1, now, now
			return old, nil
		}
		o.drop(old)
	}
	if err != nil {
		return nil, err
	}
	t := &homeTree{tree: fresh, home: h, using: 1, used: now, checked: now}
	h.tree = t
	o.trees = append(o.trees, t)
	for len(o.trees) > o.max && o.dropOldest() {
	}
	if o.timer == nil {
		o.timer = time.AfterFunc(o.idle, o.sweep)
	}
	return t, nil
}

// take returns the open directory of the home, nil if it must be opened.
func (o *openHomes) take(h *home) *homeTree {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	t := h.tree
	if t == nil || now.Sub(t.checked) >= lookAgain {
		return nil
	}
	t.using, t.used = t.using+1, now
	return t
}

// release ends a use.
func (o *openHomes) release(t *homeTree) {
	o.mu.Lock()
	defer o.mu.Unlock()
	t.using--
	switch {
	case t.using > 0:
	case t.dropped:
		t.close()
	case len(o.trees) > o.max:
		o.drop(t)
	}
}

// drop closes t, now or when it is not used any more. The caller holds o.mu.
func (o *openHomes) drop(t *homeTree) {
	t.dropped, t.home.tree = true, nil
	o.trees = slices.DeleteFunc(o.trees, func(other *homeTree) bool { return other == t })
	if t.using == 0 {
		t.close()
	}
}

// dropOldest closes the directory that was used least recently, and returns false if all are in
// use. The caller holds o.mu.
func (o *openHomes) dropOldest() bool {
	var oldest *homeTree
	for _, t := range o.trees {
		if t.using == 0 && (oldest == nil || t.used.Before(oldest.used)) {
			oldest = t
		}
	}
	if oldest != nil {
		o.drop(oldest)
	}
	return oldest != nil
}

// sweep closes the directories that nobody has asked for.
func (o *openHomes) sweep() {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	for _, t := range slices.Clone(o.trees) {
		if t.using == 0 && now.Sub(t.used) >= o.idle {
			o.drop(t)
		}
	}
	if len(o.trees) == 0 {
		o.timer = nil
		return
	}
	o.timer.Reset(o.idle)
}

// sameDir reports whether both are the same directory.
func sameDir(a, b *tree) bool {
	is, err := a.Stat(".")
	if err != nil {
		return false
	}
	other, err := b.Stat(".")
	return err == nil && os.SameFile(is, other)
}
