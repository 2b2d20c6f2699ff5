package quic

import (
	"testing"
	"time"
)

func TestIdlest(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	first, second, third := &peer{since: at(1)}, &peer{since: at(2)}, &peer{since: at(3)}
	s := newStreams(nil, 3)
	for _, p := range []*peer{second, first, third} {
		p.streams = s
		s.peers[p] = struct{}{}
	}
	expect := func(name string, want *peer) {
		t.Helper()
		if got := s.idlest(); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	expect("all idle", first)
	first.enter()
	expect("the first has an exchange", second)
	second.closing = true
	expect("the second is being closed", third)
	first.leave() // later than all the others
	expect("the first has just become idle", third)
	third.enter()
	expect("the last answer of the first may be on its way", nil)
	first.since = time.Now().Add(-2 * arrival)
	expect("only the first is idle", first)
	first.enter()
	expect("none is idle", nil)
}
