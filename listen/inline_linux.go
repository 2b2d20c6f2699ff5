package listen

import (
	"cmp"
	"container/list"
	"context"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gopherframe/internal/framing"
)

// An inliner serves the connections of a listener without a goroutine for those that wait
// for their request line: an epoll instance holds them and the listening socket, and the
// exchange of a line that is there is made by the goroutine that found it, the lead.
type inliner struct {
	server *server
	ln     *lazyListener
	epoll  int      // descriptor
	poll   *os.File // epoll, which the poller of the Go runtime knows: an idle lead waits there
	raw    syscall.RawConn
	leads  *leads

	failure  atomic.Pointer[error] // of the listener
	stopping atomic.Bool
	stopped  chan struct{} // closed when stopping
	pause    atomic.Int64  // nanoseconds, after a failure to accept

	mu     sync.Mutex // guards the fields below
	parked map[uint64]*inlineConn
	byTime list.List   // of parked, the oldest first
	nextID uint64      // identifies a connection in its events; 0 is the listener
	expiry *time.Timer // runs while there are parked connections, if they have a deadline
}

// An inlineConn is a connection that an inliner accepted.
type inlineConn struct {
	lazyConn
	inliner *inliner
	conn    *conn
	id      uint64        // of its events, from the time when it is parked
	element *list.Element // in byTime; nil if it is not parked
	expires time.Time     // of a parked connection
	next    waitHearer    // the conn
	lead    *lead         // that makes its exchange; nil: a goroutine of its own does
	turn    uint64        // of the lead
	inApp   atomic.Bool   // code of the app may be running: a handler, a File, a Stream or AfterWrite
}

// acceptInline is server.accept for a lazyListener, and server.accept itself for others. It
// returns when ctx ends or ln is closed, with nothing parked.
func (s *server) acceptInline(ctx context.Context, ln net.Listener) error {
	lazy, ok := ln.(*lazyListener)
	if !ok {
		return s.accept(ctx, ln)
	}
	i, err := newInliner(s, lazy)
	if err != nil {
		s.log.Debug("gopherframe: no epoll; each connection has a goroutine", "error", err.Error())
		return s.accept(ctx, ln)
	}
	defer i.poll.Close()
	defer context.AfterFunc(ctx, i.stop)()
	s.handler = i.leads.care.timed(s.handler)
	if lazy.handedIn {
		i.leads.active.Go(i.watchListener)
	}
	i.leads.run()
	i.unpark(true)
	if failure := i.failure.Load(); failure != nil && ctx.Err() == nil {
		return *failure
	}
	return nil
}

func newInliner(s *server, ln *lazyListener) (*inliner, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	syscall.SetNonblock(fd, true) // so that NewFile makes the poller know it
	i := &inliner{server: s, ln: ln, epoll: fd, poll: os.NewFile(uintptr(fd), "epoll"), stopped: make(chan struct{}), parked: map[uint64]*inlineConn{}}
	i.raw, _ = i.poll.SyscallConn()
	if err = i.poll.SetReadDeadline(time.Time{}); err == nil { // it fails if the poller does not know it
		err = i.listen()
	}
	if err != nil {
		i.poll.Close()
		return nil, err
	}
	i.leads = newLeads(i)
	return i, nil
}

// listen adds the listening socket to the epoll instance.
func (i *inliner) listen() (err error) {
	var listenerClosed error
	closed := i.raw.Control(func(epoll uintptr) {
		listenerClosed = i.ln.raw.Control(func(fd uintptr) {
			err = syscall.EpollCtl(int(epoll), syscall.EPOLL_CTL_ADD, int(fd), &syscall.EpollEvent{Events: syscall.EPOLLIN})
		})
	})
	if err == syscall.EEXIST {
		return nil // two leads have met the same failure
	}
	return cmp.Or(closed, listenerClosed, err)
}

func (i *inliner) stop() {
	if !i.stopping.Swap(true) {
		close(i.stopped)
		i.poll.SetReadDeadline(longAgo)
	}
}

// fail stops the inliner; Serve returns err.
func (i *inliner) fail(err error) {
	i.failure.CompareAndSwap(nil, &err)
	i.stop()
}

// watchListener fails when the app has closed the listener that it handed in.
func (i *inliner) watchListener() {
	for i.pausing(lookEvery) {
		if i.ln.isClosed() {
			i.fail(errListenerClosed)
		}
	}
}

// pausing pauses, and reports false if the inliner stops meanwhile.
func (i *inliner) pausing(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-i.stopped:
		return false
	}
}

// wait waits for events until the inliner stops, and returns none then.
func (i *inliner) wait(events []syscall.EpollEvent) (n int) {
	i.raw.Read(func(uintptr) bool {
		n = i.poll0(events)
		return n > 0 || i.stopping.Load()
	})
	return n
}

func (i *inliner) poll0(events []syscall.EpollEvent) int {
	for {
		n, err := syscall.EpollWait(i.epoll, events, 0)
		if err != syscall.EINTR {
			return max(n, 0)
		}
	}
}

// acceptedAtOnce is how many connections are accepted before those that wait have a turn.
const acceptedAtOnce = 16

// accept returns a connection that waited to be accepted, nil if none was, or all were refused.
func (i *inliner) accept() *inlineConn {
	for range acceptedAtOnce {
		p := &inlineConn{inliner: i}
		var err error
		switch closed := i.ln.raw.Control(func(fd uintptr) { err = i.ln.accept(int(fd), &p.lazyConn) }); {
		case closed != nil || err == errListenerClosed:
			i.fail(errListenerClosed)
			return nil
		case err == syscall.EAGAIN:
			return nil
		case err != nil:
			i.acceptLater(err)
			return nil
		}
		i.pause.Store(0)
		var refuse func()
		if p.conn, refuse = i.server.enter(p); refuse == nil {
			return p
		}
		i.server.conns.Go(refuse)
	}
	return nil
}

// acceptLater takes the listener out of the epoll instance for a while.
func (i *inliner) acceptLater(err error) {
	i.ln.raw.Control(func(fd uintptr) {
		syscall.EpollCtl(i.epoll, syscall.EPOLL_CTL_DEL, int(fd), &syscall.EpollEvent{})
	})
	i.leads.active.Go(func() { // the log may be slow
		pause := i.server.acceptFailed(err, time.Duration(i.pause.Load()))
		i.pause.Store(int64(pause))
		if !i.pausing(pause) {
			return
		}
		if err := i.listen(); err != nil {
			i.fail(err)
		}
	})
}

// park has p wait for its first bytes without a goroutine. It reports false if the kernel refuses.
func (i *inliner) park(p *inlineConn) bool {
	i.mu.Lock()
	i.nextID++
	p.id = i.nextID
	i.parked[p.id] = p
	p.element = i.byTime.PushBack(p)
	if limit := i.server.limits.LineTimeout; limit != noTime {
		p.expires = time.Now().Add(limit)
		if i.expiry == nil {
			i.expiry = time.AfterFunc(limit, func() { i.unpark(false) })
		}
	}
	i.mu.Unlock()
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLRDHUP | syscall.EPOLLONESHOT, Fd: int32(p.id), Pad: int32(p.id >> 32)}
	err := p.control(func(fd int) error { return syscall.EpollCtl(i.epoll, syscall.EPOLL_CTL_ADD, fd, &event) })
	return err == nil || i.take(p.id) == nil
}

// take ends the waiting of the connection with that ID. It returns nil if it does not wait,
// because it was closed or its time is over.
func (i *inliner) take(id uint64) *inlineConn {
	i.mu.Lock()
	defer i.mu.Unlock()
	p := i.parked[id]
	i.remove(p)
	return p
}

// remove removes p from those that wait, if it does. The caller holds the lock.
func (i *inliner) remove(p *inlineConn) {
	if p != nil && p.element != nil {
		delete(i.parked, p.id)
		i.byTime.Remove(p.element)
		p.element = nil
	}
}

// unpark gives a goroutine, which answers, to all that wait or to those whose time is over.
func (i *inliner) unpark(all bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.expiry = nil
	for e := i.byTime.Front(); e != nil; e = i.byTime.Front() {
		p := e.Value.(*inlineConn)
		if wait := time.Until(p.expires); wait > 0 && !all {
			i.expiry = time.AfterFunc(wait, func() { i.unpark(false) })
			return
		}
		i.remove(p)
		i.server.conns.Go(p.conn.exchange)
	}
}

func (p *inlineConn) Close() error {
	p.inliner.mu.Lock()
	p.inliner.remove(p)
	p.inliner.mu.Unlock()
	return p.lazyConn.Close()
}

// readLine reads what has arrived, and reports whether that decides what to answer: it has
// a whole request line in it, or the client has gone.
func (p *inlineConn) readLine() (whole bool, err error) {
	buf := firstPool.Get().(*firstBytes)
	n := 0
	readErr := p.control(func(fd int) error { // another goroutine may close it
		n, err = read(fd, buf[:])
		return err
	})
	if err == syscall.EAGAIN {
		firstPool.Put(buf)
		return false, err
	}
	p.conn.buf, p.conn.first, p.conn.firstErr = buf, buf[:n], readErr
	_, ended := framing.LineLen(buf[:n])
	return ended || readErr != nil, nil
}

func (p *inlineConn) tellWaits(to waitHearer) { p.told, p.next = p, to }

// answered notes that what follows may be code of the app again.
func (p *inlineConn) answered() { p.inApp.Store(true) }

// waits gives the lead away before the exchange that has it waits.
func (p *inlineConn) waits(write bool) {
	if p.lead != nil {
		p.lead.giveAway(p.turn)
	}
	p.next.waits(write)
}
