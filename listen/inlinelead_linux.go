package listen

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gopherframe"
)

// A lead is the right to take events of an inliner. One goroutine has it at a time. It makes
// exchanges itself, and if one of them takes long, another goroutine gets the lead: so
// handlers may block.
//
// The turn says who has it. It counts up with each exchange and each change of hands; it is
// odd during an exchange. Only then the lead can be taken, by a compare-and-swap to the next
// even number, and whoever succeeds has it, with the rest of the events.
type lead struct {
	inliner *inliner
	first   bool // it waits for events, and others come to its help

	turn    atomic.Uint64
	serving atomic.Pointer[inlineConn] // by the exchange of an odd turn
	busy    atomic.Bool                // somebody has it
	last    uint64                     // the turn that the watchdog saw last

	events   [64]syscall.EpollEvent
	next     int // index of the first event not handled
	n        int // how many events there are
	accepted int // connections, for the event at next
}

const (
	tick       = time.Millisecond // how long an exchange that was seen once may have the lead
	idleTick   = 4 * tick         // between two looks if none was seen, nor slow handlers
	manyEvents = 32               // so many at once call for another lead
	idleTicks  = 25               // then the watchdog sleeps
)

// leads are all leads of an inliner: one for each processor.
type leads struct {
	all    []*lead
	active sync.WaitGroup
	care   care

	asleep atomic.Bool   // the watchdog
	wake   chan struct{} // wakes the watchdog; one token
}

func newLeads(i *inliner) *leads {
	l := &leads{wake: make(chan struct{}, 1)}
	l.care.wake = l.wakeUp
	for n := range min(runtime.GOMAXPROCS(0), 4) {
		l.all = append(l.all, &lead{inliner: i, first: n == 0})
	}
	return l
}

// run leads until the inliner stops.
func (l *leads) run() {
	stop, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		l.watch(stop)
	}()
	l.start()
	l.active.Wait()
	close(stop)
	<-watched
}

// start gives a lead that nobody has to a new goroutine, if there is one.
func (l *leads) start() {
	for _, free := range l.all {
		if free.busy.CompareAndSwap(false, true) {
			l.active.Add(1)
			go free.take(free.turn.Load())
			return
		}
	}
}

// take has the lead until it is taken away, the inliner stops, or there is nothing to help with.
func (l *lead) take(turn uint64) {
	i := l.inliner
	for !i.stopping.Load() {
		for p := l.pop(); p != nil; p = l.pop() {
			if !l.begin(p, &turn) {
				return
			}
		}
		l.next = 0
		if l.n = i.poll0(l.events[:]); l.n > manyEvents {
			i.leads.start()
		}
		if l.n == 0 && l.first {
			l.n = i.wait(l.events[:])
		} else if l.n == 0 {
			break
		}
	}
	l.busy.Store(false)
	i.leads.active.Done()
}

// pop returns a connection that something has arrived on, or a new one; nil if there is none.
func (l *lead) pop() *inlineConn {
	for l.next < l.n {
		event := l.events[l.next]
		if id := uint64(uint32(event.Fd)) | uint64(uint32(event.Pad))<<32; id != 0 {
			l.next++
			if p := l.inliner.take(id); p != nil {
				return p
			}
			continue
		}
		p := l.inliner.accept()
		if l.accepted++; p == nil || l.accepted == acceptedAtOnce {
			l.next, l.accepted = l.next+1, 0
		}
		if p != nil {
			return p
		}
	}
	return nil
}

// begin makes the exchange of p if its line is there, and reports whether it still has the lead.
func (l *lead) begin(p *inlineConn, turn *uint64) (leading bool) {
	i, s := l.inliner, l.inliner.server
	if p.id == 0 && !s.claim(p.conn) {
		s.conns.Go(p.conn.exchange) // which claims again, and answers Server busy
		return true
	}
	whole, err := p.readLine()
	if err == syscall.EAGAIN && p.id == 0 && i.park(p) {
		return true
	}
	if !whole || i.leads.care.careful.Load() {
		s.conns.Go(p.conn.exchange)
		return true
	}
	return l.exchange(p, turn)
}

// exchange makes the exchange of p, and reports whether it still has the lead then.
func (l *lead) exchange(p *inlineConn, turn *uint64) (leading bool) {
	s, odd := l.inliner.server, *turn+1
	s.conns.Add(1)
	p.lead, p.turn = l, odd
	l.serving.Store(p)
	l.turn.Store(odd)
	l.inliner.leads.wakeUp()
	ended := false
	defer func() {
		s.conns.Done()
		if !ended { // the handler ended the goroutine
			l.giveAway(odd)
		}
	}()
	p.conn.exchange()
	ended = true
	*turn = odd + 1
	return l.turn.CompareAndSwap(odd, odd+1)
}

// giveAway gives the lead to a new goroutine, if it is still that of the turn.
func (l *lead) giveAway(odd uint64) bool {
	if !l.turn.CompareAndSwap(odd, odd+1) {
		return false
	}
	go l.take(odd + 1)
	return true
}

// wakeUp wakes the watchdog if it sleeps.
func (l *leads) wakeUp() {
	if l.asleep.Load() && l.asleep.CompareAndSwap(true, false) {
		l.wake <- struct{}{}
	}
}

// watch looks every tick, and sleeps while there is nothing to look at.
func (l *leads) watch(stop <-chan struct{}) {
	timer := time.NewTimer(tick)
	defer timer.Stop()
	for idle := 0; ; {
		select {
		case now := <-timer.C:
			active, serving := l.look()
			slow, wait := l.care.tick(now), idleTick
			if serving || slow {
				wait = tick
			}
			if idle++; active || wait == tick {
				idle = 0
			}
			if idle < idleTicks || !l.sleeps() {
				timer.Reset(wait)
			}
		case <-l.wake:
			idle = 0
			timer.Reset(tick)
		case <-stop:
			return
		}
	}
}

// sleeps reports whether the watchdog may sleep until it is woken.
func (l *leads) sleeps() bool {
	l.asleep.Store(true)
	active, _ := l.look()
	return !active && l.care.slow.Load() == 0 || !l.asleep.CompareAndSwap(true, false)
}

// look takes the leads of exchanges that it has seen before. active reports whether there
// were others since, and serving whether there is one.
func (l *leads) look() (active, serving bool) {
	for _, lead := range l.all {
		turn := lead.turn.Load()
		odd := turn%2 == 1
		if odd && turn == lead.last {
			p := lead.serving.Load()
			if lead.giveAway(turn) && p.inApp.Load() {
				l.care.note()
			}
		}
		active, serving = active || odd || turn != lead.last, serving || odd
		lead.last = turn
	}
	return active, serving
}

// A care notes slow handlers. If too many were slow of late, each exchange gets a goroutine.
type care struct {
	careful     atomic.Bool
	calls, slow atomic.Int64 // of handlers in this period, and how many of them were slow
	since       time.Time    // when it began
	wake        func()       // has tick called again
}

const (
	slowTime = 200 * time.Microsecond // of a handler that is slow
	// A process that is not scheduled for a while finds whichever handler was running slow.
	fastShare, minSlow = 200, 3
	period             = time.Second
)

func (c *care) note() {
	c.slow.Add(1)
	if c.isNeeded() {
		c.careful.Store(true)
		c.wake()
	}
}

func (c *care) isNeeded() bool {
	return c.slow.Load() >= max(minSlow, c.calls.Load()/fastShare)
}

// tick ends the care with a period that did not need it, and reports whether a handler was
// slow of late.
func (c *care) tick(now time.Time) bool {
	if now.Sub(c.since) >= period {
		c.careful.Store(c.isNeeded())
		c.since = now
		c.calls.Store(0)
		c.slow.Store(0)
	}
	return c.careful.Load() || c.slow.Load() > 0
}

// timed returns h, whose slow calls are noted. What is sent from memory is not: it does not
// wait, but most of the time of a process is spent there, and so is most of the time for
// which it gets no processor.
func (c *care) timed(h gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		p := q.Context().(*clientContext).conn.Conn.(*inlineConn)
		c.calls.Add(1)
		began := time.Now()
		p.inApp.Store(true)
		defer func() {
			if time.Since(began) > slowTime {
				c.note()
			}
		}()
		resp := h(q)
		switch resp.(type) {
		case *gopherframe.File, *gopherframe.Stream: // they may wait for a disk, or the app
		default:
			p.inApp.Store(false)
		}
		return resp
	}
}
