package listen

import (
	"cmp"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// wait calls try, which reads or writes, until it reports true. In between it waits for the
// connection.
func (c *lazyConn) wait(write bool, try func(fd uintptr) bool) error {
	file, err := c.poll()
	if err != nil {
		return err
	}
	told := false
	tell := func(fd uintptr) bool {
		done := try(fd)
		if !done && !told && c.told != nil {
			told = true
			c.told.waits(write)
		}
		return done
	}
	if write {
		err = file.raw.Write(tell)
	} else {
		err = file.raw.Read(tell)
	}
	if err != nil && c.uses.closed() {
		return net.ErrClosed
	}
	return err
}

// poll makes the descriptor known to the poller. From then on polled owns it.
func (c *lazyConn) poll() (*polledFile, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if file := c.polled.Load(); file != nil {
		return file, nil
	}
	if c.uses.closed() {
		return nil, net.ErrClosed
	}
	file := os.NewFile(uintptr(c.fd), "tcp")
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	file.SetReadDeadline(c.readDeadline.time())
	file.SetWriteDeadline(c.writeDeadline.time())
	polled := &polledFile{file, raw}
	c.polled.Store(polled)
	return polled, nil
}

// A deadline is a time in nanoseconds since clockStart, 0 for none. As in package net it does not
// move when the clock of the system is set.
type deadline struct{ at atomic.Int64 }

var clockStart = time.Now()

func (d *deadline) set(t time.Time) {
	at := int64(0)
	if !t.IsZero() {
		at = cmp.Or(int64(t.Sub(clockStart)), 1)
	}
	d.at.Store(at)
}

// time returns the deadline as it was set.
func (d *deadline) time() (t time.Time) {
	if at := d.at.Load(); at != 0 {
		t = clockStart.Add(time.Duration(at))
	}
	return t
}

// err returns os.ErrDeadlineExceeded if the deadline has passed.
func (d *deadline) err() error {
	if at := d.at.Load(); at != 0 && at <= int64(time.Since(clockStart)) {
		return os.ErrDeadlineExceeded
	}
	return nil
}

// SetDeadline implements net.Conn.
func (c *lazyConn) SetDeadline(t time.Time) error { return c.setDeadlines(&t, &t) }

// SetReadDeadline implements net.Conn.
func (c *lazyConn) SetReadDeadline(t time.Time) error { return c.setDeadlines(&t, nil) }

// SetWriteDeadline implements net.Conn.
func (c *lazyConn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(nil, &t) }

func (c *lazyConn) setDeadlines(read, write *time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.uses.closed() {
		return net.ErrClosed
	}
	file := c.polled.Load()
	var err error
	if read != nil {
		c.readDeadline.set(*read)
		if file != nil {
			err = file.SetReadDeadline(*read)
		}
	}
	if write != nil {
		c.writeDeadline.set(*write)
		if file != nil {
			err = errors.Join(err, file.SetWriteDeadline(*write))
		}
	}
	return err
}

// SyscallConn implements syscall.Conn.
func (c *lazyConn) SyscallConn() (syscall.RawConn, error) { return rawLazy{c}, nil }

// rawLazy is the syscall.RawConn of a lazyConn.
type rawLazy struct{ c *lazyConn }

func (r rawLazy) Control(f func(fd uintptr)) error {
	return r.c.control(func(fd int) error {
		f(uintptr(fd))
		return nil
	})
}

func (r rawLazy) Read(try func(fd uintptr) bool) error  { return r.while(false, try) }
func (r rawLazy) Write(try func(fd uintptr) bool) error { return r.while(true, try) }

func (r rawLazy) while(write bool, try func(fd uintptr) bool) error {
	if !r.c.uses.add() {
		return net.ErrClosed
	}
	defer r.c.done()
	return r.c.wait(write, try)
}
