package listen

import (
	"container/list"
	"context"
	"sync"
)

// A connTable counts the open connections of all listeners of one Run, and makes room for new
// ones in one order: file descriptors are the process's, so a limit for each listener
// would let three of them use up what one may.
type connTable struct {
	sync.Mutex           // of all that the servers of the Run count
	max        int       // connections
	open       int       // of all servers
	busy       int       // refused clients that are getting a lingering close
	waiting    list.List // of *conn whose request line is not complete, the oldest first
}

type connTableKey struct{}

// withConnTable returns ctx with the connTable of the listeners that are served with it.
func withConnTable(ctx context.Context) context.Context {
	return context.WithValue(ctx, connTableKey{}, &connTable{max: defaultMaxConns()})
}

// connTableOf returns the connTable in ctx, or a new one for a listener that is served alone. The
// default bounds all listeners of a Run together. If one has a larger maxConns of its own,
// that is the bound for all of them; a negative one removes it.
func connTableOf(ctx context.Context, maxConns int) *connTable {
	t, ok := ctx.Value(connTableKey{}).(*connTable)
	if !ok {
		t = &connTable{max: defaultMaxConns()}
	}
	t.Lock()
	defer t.Unlock()
	if maxConns < 0 {
		maxConns = noCount
	}
	t.max = max(t.max, maxConns)
	return t
}

// maxBusy returns how many refused clients may get a lingering close at a time: half of the
// descriptors that the open connections leave, each of which may need two. The caller holds
// the lock.
func (t *connTable) maxBusy() int { return min(busyConns, max(1, (maxFiles()-2*t.open)/2)) }

// evict closes the oldest connection of s whose request line is not complete, or that of
// any server of the Run if s is nil, if there is one. The caller holds the lock.
func (t *connTable) evict(s *server) {
	for e := t.waiting.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*conn); s == nil || c.server == s {
			c.server.forget(c)
			c.Close()
			return
		}
	}
}
