package listen

import (
	"sync/atomic"
	"syscall"
	"time"

	"gopherframe"
)

// A lead is the right to take the events of an inliner. One goroutine has it at a time. It
// makes exchanges itself, and if one of them takes long, another goroutine gets the lead:
// so handlers may block.
//
// The turn says who has it. It counts up with each exchange and each change of hands; it is
// odd during an exchange. Only then the lead can be taken, by a compare-and-swap to the next
// even number, and whoever succeeds has it, with the rest of the events.
type lead struct {
	turn   atomic.Uint64
	ended  chan struct{} // closed by the last lead
	events [64]syscall.EpollEvent
	next   int // of events, that nobody has handled
	n      int // how many events there are

	careful atomic.Bool  // handlers are slow: a goroutine for each exchange
	slow    atomic.Int32 // slow exchanges of late
	slowest atomic.Int64 // when the last one was noticed, in nanoseconds since start
	start   time.Time

	asleep atomic.Bool   // the watchdog
	wake   chan struct{} // it
}

const (
	tick       = time.Millisecond       // how long an exchange may have the lead
	slowTime   = 200 * time.Microsecond // of an exchange that is slow
	tooSlow    = 3                      // slow exchanges make the lead careful
	carefulFor = time.Second            // after the last slow one
	idleTicks  = 100                    // then the watchdog sleeps
)

// run leads until the inliner stops.
func (l *lead) run(i *inliner) {
	l.ended, l.wake, l.start = make(chan struct{}), make(chan struct{}, 1), time.Now()
	stop := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		l.watch(i, stop)
	}()
	go l.take(i, 0)
	<-l.ended
	close(stop)
	<-watched
}

// take has the lead from that turn on, until it is taken away or the inliner stops.
func (l *lead) take(i *inliner, turn uint64) {
	begin := func(p *parkedConn) bool { return l.begin(i, p, &turn) }
	for !i.stopping.Load() {
		for l.next < l.n {
			event := l.events[l.next]
			l.next++
			if !l.handle(i, event, begin) {
				return
			}
		}
		l.next = 0
		if l.n = i.poll0(l.events[:]); l.n == 0 {
			l.n = i.wait(l.events[:])
		}
	}
	close(l.ended)
}

// handle reports whether it still has the lead.
func (l *lead) handle(i *inliner, event syscall.EpollEvent, begin func(*parkedConn) bool) bool {
	id := uint64(uint32(event.Fd)) | uint64(uint32(event.Pad))<<32
	if id == 0 {
		return i.accept(begin)
	}
	if p := i.take(id); p != nil {
		return begin(p)
	}
	return true
}

// begin makes the exchange of p if its line is there, or leaves it to a goroutine if only
// a part is. It reports whether it still has the lead.
func (l *lead) begin(i *inliner, p *parkedConn, turn *uint64) (leading bool) {
	s := i.server
	if p.id == 0 && !s.claim(p.conn) {
		p.conn.claimed = false // the goroutine says why
		s.conns.Go(p.conn.exchange)
		return true
	}
	whole, err := p.readLine()
	if err == syscall.EAGAIN && p.id == 0 && i.park(p) {
		return true
	}
	if !whole || l.careful.Load() {
		s.conns.Go(p.conn.exchange)
		return true
	}
	return l.exchange(i, p, turn)
}

// exchange makes the exchange of p, and reports whether it still has the lead then.
func (l *lead) exchange(i *inliner, p *parkedConn, turn *uint64) (leading bool) {
	s := i.server
	odd := *turn + 1
	s.conns.Add(1)
	p.turn.Store(odd)
	l.turn.Store(odd)
	if l.asleep.Load() && l.asleep.CompareAndSwap(true, false) {
		l.wake <- struct{}{}
	}
	began := time.Now()
	ended := false
	defer func() {
		s.conns.Done()
		if !ended { // the handler ended the goroutine
			l.giveAway(i, odd)
		}
	}()
	p.conn.exchange()
	ended = true
	*turn = odd + 1
	if !l.turn.CompareAndSwap(odd, odd+1) {
		return false
	}
	if time.Since(began) > slowTime {
		l.noteSlow()
	}
	return true
}

// giveAway gives the lead to a new goroutine, if it is still that of the turn.
func (l *lead) giveAway(i *inliner, odd uint64) (given bool) {
	given = l.turn.CompareAndSwap(odd, odd+1)
	if given {
		go l.take(i, odd+1)
	}
	return given
}

func (l *lead) noteSlow() {
	l.slowest.Store(int64(time.Since(l.start)))
	if l.slow.Add(1) >= tooSlow {
		l.careful.Store(true)
	}
}

// timed returns h, whose slow calls are noted while the lead is careful.
func (l *lead) timed(h gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		if !l.careful.Load() {
			return h(q)
		}
		began := time.Now()
		defer func() {
			if time.Since(began) > slowTime {
				l.noteSlow()
			}
		}()
		return h(q)
	}
}

// watch takes the lead from an exchange that has it for longer than a tick, and ends the
// care when no handler was slow for a while. It sleeps while there is nothing to watch.
func (l *lead) watch(i *inliner, stop <-chan struct{}) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last, idle := uint64(0), 0
	for {
		select {
		case <-ticker.C:
		case <-stop:
			return
		}
		turn := l.turn.Load()
		switch {
		case turn != last:
			last, idle = turn, 0
		case turn%2 == 1:
			if l.giveAway(i, turn) {
				l.noteSlow()
			}
		default:
			idle++
		}
		if l.slow.Load() > 0 && int64(time.Since(l.start))-l.slowest.Load() > int64(carefulFor) {
			l.slow.Store(0)
			l.careful.Store(false)
		}
		if idle < idleTicks || l.slow.Load() > 0 {
			continue
		}
		l.asleep.Store(true)
		if l.turn.Load() != turn && l.asleep.CompareAndSwap(true, false) {
			continue // an exchange has begun, and may not have seen that
		}
		ticker.Stop()
		select {
		case <-l.wake:
		case <-stop:
			return
		}
		ticker.Reset(tick)
		idle = 0
	}
}
