package listen

import (
	"cmp"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
)

// A lazyConn is a connection that meets the poller of the Go runtime only if it has to wait:
// each call first tries whether the kernel can do it at once. Most requests and answers are
// of a size that it can.
type lazyConn struct {
	fd     int
	local  net.Addr       // nil: ask the kernel
	remote netip.AddrPort // of the client
	uses   uses           // of fd
	told   waitHearer     // nil: nobody hears

	readDeadline, writeDeadline deadline

	mu     sync.Mutex                 // guards the change of polled, and of the deadlines
	polled atomic.Pointer[polledFile] // nil until something had to wait; it then owns fd
}

// A polledFile is a descriptor that the poller knows.
type polledFile struct {
	*os.File
	raw syscall.RawConn
}

func (c *lazyConn) tellWaits(to waitHearer) { c.told = to }

// begin begins a use of the descriptor that has a deadline. If err is nil, done has to be
// called at its end. lazy is false if the poller decides, which has to be asked first.
func (c *lazyConn) begin(d *deadline) (lazy bool, err error) {
	if !c.uses.add() {
		return false, net.ErrClosed
	}
	if c.polled.Load() != nil {
		return false, nil
	}
	if err := d.err(); err != nil {
		c.done()
		return false, err
	}
	return true, nil
}

// Read implements net.Conn.
func (c *lazyConn) Read(p []byte) (n int, err error) {
	lazy, err := c.begin(&c.readDeadline)
	if err != nil {
		return 0, err
	}
	defer c.done()
	if lazy {
		if n, err = read(c.fd, p); err != syscall.EAGAIN {
			return n, err
		}
	}
	waitErr := c.wait(false, func(fd uintptr) bool {
		n, err = read(int(fd), p)
		return err != syscall.EAGAIN
	})
	if waitErr != nil {
		return 0, waitErr
	}
	return n, err
}

// readFirst is Read into a buffer of firstPool, which is taken only when something is there: a
// client that is silent costs as little memory as possible.
func (c *lazyConn) readFirst() (buf *firstBytes, n int, err error) {
	lazy, err := c.begin(&c.readDeadline)
	if err != nil {
		return nil, 0, err
	}
	defer c.done()
	try := func(fd uintptr) bool {
		buf = firstPool.Get().(*firstBytes)
		if n, err = read(int(fd), buf[:]); err == nil {
			return true
		}
		firstPool.Put(buf)
		buf = nil
		return err != syscall.EAGAIN
	}
	if !lazy || !try(uintptr(c.fd)) {
		if err := c.wait(false, try); err != nil {
			return nil, 0, err
		}
	}
	return buf, n, err
}

// read reads what is there. Its error is a syscall.Errno or io.EOF.
func read(fd int, p []byte) (n int, err error) {
	for {
		n, err = syscall.Read(fd, p)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return 0, err
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// Write implements net.Conn.
func (c *lazyConn) Write(p []byte) (n int, err error) {
	const flags = syscall.MSG_NOSIGNAL
	lazy, err := c.begin(&c.writeDeadline)
	if err != nil {
		return 0, err
	}
	defer c.done()
	if lazy {
		if n, err = send(c.fd, p, flags); err != syscall.EAGAIN {
			return n, err
		}
	}
	waitErr := c.wait(true, func(fd uintptr) bool {
		var sent int
		sent, err = send(int(fd), p[n:], flags)
		n += sent
		return err != syscall.EAGAIN
	})
	if waitErr != nil {
		return n, waitErr
	}
	return n, err
}

// send sends as much of p as the kernel takes. The error is EAGAIN if that is not all.
func send(fd int, p []byte, flags int) (n int, err error) {
	for n < len(p) {
		sent, err := syscall.SendmsgN(fd, p[n:], nil, nil, flags)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return n, err
		}
		n += sent
	}
	return n, nil
}

// ReadFrom sends what r has. If that is a part of a file, the kernel copies it.
func (c *lazyConn) ReadFrom(r io.Reader) (int64, error) {
	if limited, ok := r.(*io.LimitedReader); ok {
		if file, ok := limited.R.(*os.File); ok {
			n, err := c.sendFile(file, limited.N)
			if limited.N -= n; n > 0 || !cannotSendFile(err) {
				return n, err
			}
		}
	}
	return io.Copy(struct{ io.Writer }{c}, r)
}

// sendFile sends at most size bytes of file, from its offset.
func (c *lazyConn) sendFile(file *os.File, size int64) (total int64, err error) {
	source, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	lazy, err := c.begin(&c.writeDeadline)
	if err != nil {
		return 0, err
	}
	defer c.done()
	var waitErr error
	controlErr := source.Control(func(from uintptr) {
		try := func(fd uintptr) bool {
			for total < size {
				var n int
				n, err = syscall.Sendfile(int(fd), int(from), nil, int(min(size-total, fileChunk)))
				if err == syscall.EINTR {
					continue
				}
				if err != nil || n == 0 {
					break
				}
				total += int64(n)
			}
			return err != syscall.EAGAIN
		}
		if lazy && try(uintptr(c.fd)) {
			return
		}
		waitErr = c.wait(true, try)
	})
	return total, cmp.Or(controlErr, waitErr, err)
}

// cannotSendFile reports whether err says that the kernel does not copy such a file.
func cannotSendFile(err error) bool {
	return err == syscall.EINVAL || errors.Is(err, errors.ErrUnsupported)
}

// control calls f with the descriptor.
func (c *lazyConn) control(f func(fd int) error) error {
	if !c.uses.add() {
		return net.ErrClosed
	}
	defer c.done()
	return f(c.fd)
}

// CloseWrite closes the sending side.
func (c *lazyConn) CloseWrite() error {
	return c.control(func(fd int) error { return syscall.Shutdown(fd, syscall.SHUT_WR) })
}

// SetLinger is that of net.TCPConn for 0: Close discards what the client has not taken.
func (c *lazyConn) SetLinger(sec int) error {
	return c.control(func(fd int) error {
		return syscall.SetsockoptLinger(fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1, Linger: int32(sec)})
	})
}

// Close implements net.Conn. Reads and Writes that wait return.
func (c *lazyConn) Close() error {
	first, unused := c.uses.close()
	if !first {
		return net.ErrClosed
	}
	if unused {
		return c.destroy()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if file := c.polled.Load(); file != nil {
		file.SetDeadline(longAgo)
	}
	return nil
}

// done ends a use of the descriptor.
func (c *lazyConn) done() {
	if c.uses.done() {
		c.destroy()
	}
}

// destroy closes the descriptor, which nobody uses any longer.
func (c *lazyConn) destroy() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if file := c.polled.Load(); file != nil {
		return file.Close()
	}
	return syscall.Close(c.fd)
}

// LocalAddr implements net.Conn.
func (c *lazyConn) LocalAddr() net.Addr {
	if c.local != nil {
		return c.local
	}
	var local netip.AddrPort
	c.control(func(fd int) error {
		sa, err := syscall.Getsockname(fd)
		local = addrPortOf(sa)
		return err
	})
	return net.TCPAddrFromAddrPort(local)
}

// RemoteAddr implements net.Conn.
func (c *lazyConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }
