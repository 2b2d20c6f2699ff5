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
	raw, err := socketOf(nc)
	if _, isUnix := nc.(*net.UnixConn); raw == nil || err != nil || isUnix {
		return 0, false
	}
	var queued int32
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&queued)))
	})
	return int64(queued), err == nil && errno == 0
}

// socketOf returns the socket of nc, nil if it is neither a TCP connection nor a Unix socket.
func socketOf(nc net.Conn) (syscall.RawConn, error) {
	switch nc := nc.(type) {
	case *net.TCPConn:
		return nc.SyscallConn()
	case *net.UnixConn:
		return nc.SyscallConn()
	case lazySocket:
		return nc.SyscallConn()
	}
	return nil, nil
}

// A lazySocket is a lazyConn, or wraps one.
type lazySocket interface {
	syscall.Conn
	tellWaits(to waitHearer)
}

// sendEnd sends as much of p as the kernel takes at once and, if that is all of it, the end of
// the stream in the same packet. ended is false if nc is no socket.
func sendEnd(nc net.Conn, p []byte) (n int, ended bool) {
	raw, err := socketOf(nc)
	if raw == nil || err != nil {
		return 0, false
	}
	raw.Control(func(fd uintptr) {
		n, err = send(int(fd), p, syscall.MSG_NOSIGNAL|syscall.MSG_MORE)
		ended = err == nil && syscall.Shutdown(int(fd), syscall.SHUT_WR) == nil
	})
	return n, ended
}

// nothingArrived reports whether the client has sent nothing that was not read. It is false
// if that is not known.
func nothingArrived(nc net.Conn) bool {
	raw, err := socketOf(nc)
	if raw == nil || err != nil {
		return false
	}
	n := -1
	raw.Control(func(fd uintptr) {
		var one [1]byte
		n, err = syscall.Read(int(fd), one[:])
	})
	return n == 0 || err == syscall.EAGAIN
}

var errHangup = errors.New("the client has gone")

// awaitHangup waits until nc is closed in both directions or broken, and returns an error
// then or when the read deadline passes. It returns nil at once if nc is neither a TCP
// connection nor a Unix socket.
func awaitHangup(nc net.Conn) error {
	raw, err := socketOf(nc)
	if raw == nil || err != nil {
		return err
	}
	// This does not spin although the socket stays readable after the end of the stream:
	// Read calls hungUp again only when the state of the socket changes, since the Go
	// runtime has the kernel tell changes (EPOLLET) rather than states.
	if err := raw.Read(hungUp); err != nil {
		return err
	}
	return errHangup
}

// From poll(2). They need not be asked for.
const (
	pollErr = 0x8
	pollHup = 0x10
)

// hungUp reports whether the socket is closed in both directions or broken.
func hungUp(fd uintptr) bool {
	poll := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd)}
	var now syscall.Timespec
	syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&poll)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return poll.revents&(pollErr|pollHup) != 0
}
