package listen

import "sync/atomic"

// uses counts who is using a descriptor at the moment, so that a Close by another goroutine
// does not give its number away under their hands. The zero uses is open and unused.
type uses struct {
	state atomic.Int32 // 2 for each use, and 1 once it is closed
}

// add notes a use, and reports false if the descriptor is closed.
func (u *uses) add() bool {
	for {
		state := u.state.Load()
		if state&1 != 0 {
			return false
		}
		if u.state.CompareAndSwap(state, state+2) {
			return true
		}
	}
}

// done ends a use, and reports whether that was the last one of a closed descriptor.
func (u *uses) done() (last bool) { return u.state.Add(-2) == 1 }

// close lets no use begin any longer. first is false if it was closed before, and unused is
// true if the caller has to close the descriptor, since no use will end.
func (u *uses) close() (first, unused bool) {
	state := u.state.Or(1)
	return state&1 == 0, state == 0
}

func (u *uses) closed() bool { return u.state.Load()&1 != 0 }
