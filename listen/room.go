package listen

import (
	"container/list"
	"context"
	"sync"
)

// A room counts the open connections of all listeners of one Run, and makes room for new
// ones in one order: file descriptors are the process's, so a limit for each listener
// would let three of them use up what one may.
type room struct {
	sync.Mutex           // of all that the servers of the Run count
	max        int       // connections
	open       int       // of all servers
	waiting    list.List // of *conn whose request line is not complete, the oldest first
}

type roomKey struct{}

// withRoom returns ctx with the room of the listeners that are served with it.
func withRoom(ctx context.Context) context.Context {
	return context.WithValue(ctx, roomKey{}, &room{max: defaultMaxConns()})
}

// roomOf returns the room in ctx, or a new one for a listener that is served alone. A
// listener with a MaxConns of its own may have that many connections also if that is more
// than the default for all.
func roomOf(ctx context.Context, maxConns int) *room {
	r, ok := ctx.Value(roomKey{}).(*room)
	if !ok {
		r = &room{max: defaultMaxConns()}
	}
	r.Lock()
	defer r.Unlock()
	if maxConns < 0 {
		maxConns = noCount
	}
	r.max = max(r.max, maxConns)
	return r
}

// evict closes the oldest connection of s whose request line is not complete, or that of
// any server of the Run if s is nil, if there is one. The caller holds the lock.
func (r *room) evict(s *server) {
	for e := r.waiting.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*conn); s == nil || c.server == s {
			c.server.forget(c)
			c.Close()
			return
		}
	}
}
