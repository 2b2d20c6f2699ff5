package listen

import (
	"errors"
	"net"
	"syscall"
	"unsafe"
)

// queuedBytes returns how many bytes written to nc wait in the kernel for the peer to
// acknowledge them (SIOCOUTQ, see tcp(7)). It is false if nc is no TCP connection.
func queuedBytes(nc net.Conn) (n int64, ok bool) {
	raw := socketOf(nc)
	if _, isUnix := nc.(*net.UnixConn); raw == nil || isUnix {
		return 0, false
	}
	return ioctlInt(raw, syscall.TIOCOUTQ)
}

// ioctlInt returns what an ioctl says of a socket, and false if that fails.
func ioctlInt(raw syscall.RawConn, request uintptr) (int64, bool) {
	var n int32
	var errno syscall.Errno
	err := raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(&n)))
	})
	return int64(n), err == nil && errno == 0
}

// allLeft reports whether all bytes that were written to nc have left the kernel at least
// once (SIOCOUTQNSD). A Unix socket has them on the other side at once.
func allLeft(nc net.Conn) bool {
	if _, isUnix := nc.(*net.UnixConn); isUnix {
		return true
	}
	const outqNotSent = 0x894b
	raw := socketOf(nc)
	if raw == nil {
		return false
	}
	n, ok := ioctlInt(raw, outqNotSent)
	return ok && n == 0
}

// socketOf returns the socket of nc, nil if it is neither a TCP connection nor a Unix socket.
func socketOf(nc net.Conn) syscall.RawConn {
	switch nc.(type) {
	case *net.TCPConn, *net.UnixConn, lazySocket:
		raw, err := nc.(syscall.Conn).SyscallConn()
		if err == nil {
			return raw
		}
	}
	return nil
}

// isBuffered reports whether nc takes what the kernel has room for without waiting.
func isBuffered(nc net.Conn) bool { return socketOf(nc) != nil }

// A lazySocket is a lazyConn, or wraps one.
type lazySocket interface {
	syscall.Conn
	waitTeller
}

// sendEnd sends as much of p as the kernel takes at once and, if that is all of it, the end of
// the stream in the same packet. ended is false, and n what was sent, if the kernel takes only
// a part, the connection is broken, or nc is no socket: writing the rest meets the error.
func sendEnd(nc net.Conn, p []byte) (n int, ended bool) {
	raw := socketOf(nc)
	if raw == nil {
		return 0, false
	}
	raw.Control(func(fd uintptr) {
		var err error
		n, err = send(int(fd), p, syscall.MSG_NOSIGNAL|syscall.MSG_MORE)
		ended = err == nil && syscall.Shutdown(int(fd), syscall.SHUT_WR) == nil
	})
	return n, ended
}

// nothingArrived reports whether the client has sent nothing that was not read. It is false
// if that is not known.
func nothingArrived(nc net.Conn) bool {
	raw := socketOf(nc)
	if raw == nil {
		return false
	}
	n, err := -1, error(nil)
	raw.Control(func(fd uintptr) {
		var one [1]byte
		n, _, err = syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return n == 0 || err == syscall.EAGAIN
}

var errHangup = errors.New("the client has gone")

// awaitHangup waits until nc is closed in both directions or broken, and returns an error
// then or when the read deadline passes. It returns nil at once if nc is neither a TCP
// connection nor a Unix socket.
func awaitHangup(nc net.Conn) error {
	raw := socketOf(nc)
	if raw == nil {
		return nil
	}
	// This does not spin although the socket stays readable after the end of the stream:
	// Read calls hungUp again only when the state of the socket changes, since the Go
	// runtime has the kernel tell changes (EPOLLET) rather than states.
	if err := raw.Read(hungUp); err != nil {
		return err
	}
	return errHangup
}

// isHungUp reports whether the peer of nc has closed its side, or nc is closed or broken. It
// is false if nc is neither a TCP connection nor a Unix socket.
func isHungUp(nc net.Conn) bool {
	raw := socketOf(nc)
	if raw == nil {
		return false
	}
	gone := true // unless the socket says otherwise
	raw.Control(func(fd uintptr) { gone = poll(fd, pollRdHup)&(pollRdHup|pollErr|pollHup) != 0 })
	return gone
}

// From poll(2). The last two need not be asked for.
const (
	pollIn    = 0x1
	pollRdHup = 0x2000
	pollErr   = 0x8
	pollHup   = 0x10
)

// hungUp reports whether the socket is closed in both directions or broken.
func hungUp(fd uintptr) bool { return poll(fd, 0)&(pollErr|pollHup) != 0 }

// poll returns what is the case with the socket, at once.
func poll(fd uintptr, events int16) int16 {
	asked := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd), events: events}
	var now syscall.Timespec
	syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&asked)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return asked.revents
}
