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
	pause    atomic.Int64 // nanoseconds, after a failure to accept

	mu     sync.Mutex // guards the fields below
	parked map[uint64]*parkedConn
	byTime list.List   // of parked, the oldest first
	nextID uint64      // identifies a connection in its events; 0 is the listener
	expiry *time.Timer // runs while there are parked connections, if they have a deadline
}

// A parkedConn is a connection that an inliner accepted.
type parkedConn struct {
	lazyConn
	inliner *inliner
	conn    *conn
	id      uint64        // of its events, from the time when it is parked
	element *list.Element // in byTime; nil if it is not parked
	expires time.Time     // of a parked connection
	next    waitHearer    // the conn
	lead    *lead         // that makes its exchange; nil: a goroutine of its own does
	turn    uint64        // of the lead
	inApp   atomic.Bool   // the exchange is not sending from memory
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
		s.log.Debug("gopherframe: no epoll, so each connection has a goroutine", "error", err.Error())
		return s.accept(ctx, ln)
	}
	defer i.poll.Close()
	defer context.AfterFunc(ctx, i.stop)()
	if lazy.handedIn {
		ticker := time.AfterFunc(lookEvery, i.lookAtListener)
		defer ticker.Stop()
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
	i := &inliner{server: s, ln: ln, epoll: fd, poll: os.NewFile(uintptr(fd), "epoll"), parked: map[uint64]*parkedConn{}}
	if i.raw, err = i.poll.SyscallConn(); err == nil {
		err = i.poll.SetReadDeadline(time.Time{}) // fails if the poller does not know it
	}
	if err == nil {
		err = i.listen()
	}
	if err != nil {
		i.poll.Close()
		return nil, err
	}
	i.leads = newLeads(i)
	s.handler = i.leads.care.timed(s.handler)
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
	if err == syscall.EEXIST { // two leads have met the same failure
		err = nil
	}
	return cmp.Or(closed, listenerClosed, err)
}

func (i *inliner) stop() {
	i.stopping.Store(true)
	i.poll.SetReadDeadline(longAgo)
}

// fail ends the lead because the listener has failed.
func (i *inliner) fail(err error) {
	i.failure.CompareAndSwap(nil, &err)
	i.stop()
}

// lookAtListener fails if the app has closed the listener that it handed in.
func (i *inliner) lookAtListener() {
	if i.ln.isClosed() {
		i.fail(errListenerClosed)
	} else if !i.stopping.Load() {
		time.AfterFunc(lookEvery, i.lookAtListener)
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

// poll0 returns the events that there are.
func (i *inliner) poll0(events []syscall.EpollEvent) int {
	for {
		n, err := syscall.EpollWait(i.epoll, events, 0)
		if err != syscall.EINTR {
			return max(n, 0)
		}
	}
}

const (
	acceptedAtOnce = 16      // connections, before those that wait have a turn
	epollOneShot   = 1 << 30 // EPOLLONESHOT: an event is for one lead
)

// accept returns a connection that waited to be accepted, nil if there is none.
func (i *inliner) accept() *parkedConn {
	for {
		p := &parkedConn{inliner: i}
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
}

// acceptLater takes the listener out of the epoll instance for a while.
func (i *inliner) acceptLater(err error) {
	i.ln.raw.Control(func(fd uintptr) {
		syscall.EpollCtl(i.epoll, syscall.EPOLL_CTL_DEL, int(fd), &syscall.EpollEvent{})
	})
	go func() { // the log may be slow
		pause := i.server.acceptFailed(err, time.Duration(i.pause.Load()))
		i.pause.Store(int64(pause))
		time.Sleep(pause)
		if err := i.listen(); err != nil && !i.stopping.Load() {
			i.fail(err)
		}
	}()
}

// park waits for the first bytes of p without a goroutine. It reports false if that cannot
// be.
func (i *inliner) park(p *parkedConn) bool {
	i.mu.Lock()
	i.nextID++
	p.id = i.nextID
	i.parked[p.id] = p
	p.element = i.byTime.PushBack(p)
	if limit := i.server.limits.LineTimeout; limit != noTime {
		p.expires = time.Now().Add(limit)
		if i.expiry == nil {
			i.expiry = time.AfterFunc(limit, i.expire)
		}
	}
	i.mu.Unlock()
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLRDHUP | epollOneShot, Fd: int32(p.id), Pad: int32(p.id >> 32)}
	err := p.control(func(fd int) error { return syscall.EpollCtl(i.epoll, syscall.EPOLL_CTL_ADD, fd, &event) })
	return err == nil || i.take(p.id) == nil
}

// take ends the waiting of the connection with that ID. It returns nil if it does not wait,
// because it was closed or its time is over.
func (i *inliner) take(id uint64) *parkedConn {
	i.mu.Lock()
	defer i.mu.Unlock()
	p := i.parked[id]
	if p != nil {
		i.remove(p)
	}
	return p
}

// remove removes p from those that wait, if it does. The caller holds the lock.
func (i *inliner) remove(p *parkedConn) {
	if p.element != nil {
		delete(i.parked, p.id)
		i.byTime.Remove(p.element)
		p.element = nil
	}
}

// expire gives a goroutine to each connection whose time for the line is over: it answers.
func (i *inliner) expire() { i.unpark(false) }

// unpark gives a goroutine to all connections that wait, or to those whose time is over.
func (i *inliner) unpark(all bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.expiry = nil
	for e := i.byTime.Front(); e != nil; e = i.byTime.Front() {
		p := e.Value.(*parkedConn)
		if wait := time.Until(p.expires); wait > 0 && !all {
			i.expiry = time.AfterFunc(wait, i.expire)
			return
		}
		i.remove(p)
		i.server.conns.Go(p.conn.exchange)
	}
}

// Close implements net.Conn.
func (p *parkedConn) Close() error {
	p.inliner.mu.Lock()
	p.inliner.remove(p)
	p.inliner.mu.Unlock()
	return p.lazyConn.Close()
}

// readLine reads what has arrived, and reports whether that decides what to answer: it has
// a whole request line in it, or the client has gone.
func (p *parkedConn) readLine() (whole bool, err error) {
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
	return readErr != nil || framing.HasLine(buf[:n]), nil
}

// tellWaits implements waitTeller.
func (p *parkedConn) tellWaits(to waitHearer) { p.told, p.next = p, to }

// answered notes that what follows may be code of the app again.
func (p *parkedConn) answered() { p.inApp.Store(true) }

// waits gives the lead away before the exchange that has it waits.
func (p *parkedConn) waits(write bool) {
	if p.lead != nil {
		p.lead.giveAway(p.turn)
	}
	p.next.waits(write)
}
