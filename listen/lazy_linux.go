package listen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"time"
)

// listenTCP binds a socket whose connections are cheap to accept: they inherit all options.
func listenTCP(ctx context.Context, addr string, sendBuffer int) (net.Listener, error) {
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) {
			setOptions(int(fd))
			setSendBuffer(int(fd), sendBuffer)
		})
	}}
	ln, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return makeLazy(ln, false, sendBuffer), nil
}

// lazily returns a listener for the socket of ln whose connections are lazyConns, if ln is a
// *net.TCPListener, else ln.
func lazily(ln net.Listener, sendBuffer int) net.Listener { return makeLazy(ln, true, sendBuffer) }

// makeLazy is lazily. If ln was handed in by the app, the send buffer is set for each
// connection, since those that wait in its queue do not inherit any longer what is set on ln.
func makeLazy(ln net.Listener, handedIn bool, sendBuffer int) net.Listener {
	tcp, ok := ln.(*net.TCPListener)
	if !ok {
		return ln
	}
	file, err := tcp.File()
	if err != nil {
		return ln
	}
	raw, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return ln
	}
	l := &lazyListener{TCPListener: tcp, file: file, raw: raw, handedIn: handedIn, sendBuffer: sendBuffer}
	if local := addrPort(tcp.Addr()); !local.Addr().IsUnspecified() {
		l.local = tcp.Addr()
	}
	l.try = l.tryAccept
	if handedIn {
		raw.Control(func(fd uintptr) { setOptions(int(fd)) })
		file.SetReadDeadline(time.Now().Add(lookEvery))
	}
	return l
}

// A lazyListener accepts lazyConns. It waits on a duplicate of the listener's descriptor,
// since net.TCPListener lets nobody wait but its own Accept.
type lazyListener struct {
	*net.TCPListener
	file       *os.File
	raw        syscall.RawConn // of file
	local      net.Addr        // of every connection; nil if the listener is bound to all addresses
	handedIn   bool            // by the app, who may close it; if not, its connections inherit all options
	sendBuffer int             // bytes

	try      func(fd uintptr) bool // tryAccept
	conn     *lazyConn             // that tryAccept has accepted
	tryError error
}

// lookEvery is how often a waiting lazyListener looks whether its app has closed the
// listener that it handed in.
const lookEvery = 100 * time.Millisecond

var errListenerClosed = fmt.Errorf("listen: %w", net.ErrClosed)

// Accept must not be called by two goroutines at a time.
func (l *lazyListener) Accept() (net.Conn, error) {
	for {
		err := l.raw.Read(l.try)
		if errors.Is(err, os.ErrDeadlineExceeded) && !l.isClosed() {
			l.file.SetReadDeadline(time.Now().Add(lookEvery))
			continue
		}
		if err != nil || l.tryError == errListenerClosed {
			return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
		}
		if l.tryError != nil {
			return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: os.NewSyscallError("accept4", l.tryError)}
		}
		return l.conn, nil
	}
}

// tryAccept accepts a connection, and reports false if there is none.
func (l *lazyListener) tryAccept(fd uintptr) bool {
	l.conn = new(lazyConn)
	l.tryError = l.accept(int(fd), l.conn)
	return l.tryError != syscall.EAGAIN
}

// accept makes c a connection that it accepts from the descriptor of the listener. The error
// is EAGAIN if there is none. A socket that others have, too, may be blocking, whatever it
// was: os.File.Fd makes it so.
func (l *lazyListener) accept(from int, c *lazyConn) error {
	for {
		if l.handedIn && l.isClosed() {
			return errListenerClosed
		}
		if l.handedIn && poll(uintptr(from), pollIn) == 0 {
			return syscall.EAGAIN
		}
		fd, remote, err := syscall.Accept4(from, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		switch err {
		case nil:
			if l.handedIn {
				setSendBuffer(fd, l.sendBuffer)
			}
			c.fd, c.local, c.remote = fd, l.local, addrPortOf(remote)
			return nil
		case syscall.EINTR, syscall.ECONNABORTED: // the client has gone again
		default:
			return err
		}
	}
}

func (l *lazyListener) isClosed() bool {
	raw, err := l.TCPListener.SyscallConn()
	return err != nil || raw.Control(func(uintptr) {}) != nil
}

// Close implements net.Listener.
func (l *lazyListener) Close() error {
	return cmp.Or(l.TCPListener.Close(), l.file.Close())
}

// setOptions sets what package net sets for each connection, for all that a listening socket
// accepts. A failure costs speed, and is not worth the listener.
func setOptions(fd int) {
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 15)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL, 15)
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT, 9)
}

// setSendBuffer sets the size of the send buffer if that is positive.
func setSendBuffer(fd, bytes int) {
	if bytes > 0 {
		syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_SNDBUF, bytes)
	}
}

// addrPortOf returns an address of the system as package netip has it.
func addrPortOf(sa syscall.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *syscall.SockaddrInet6:
		addr := netip.AddrFrom16(sa.Addr).Unmap()
		if sa.ZoneId != 0 && addr.Is6() {
			zone := strconv.Itoa(int(sa.ZoneId))
			if ifi, err := net.InterfaceByIndex(int(sa.ZoneId)); err == nil {
				zone = ifi.Name
			}
			addr = addr.WithZone(zone)
		}
		return netip.AddrPortFrom(addr, uint16(sa.Port))
	}
	return netip.AddrPort{}
}
