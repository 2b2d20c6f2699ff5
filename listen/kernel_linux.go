package listen

import (
	"net"
	"syscall"
	"unsafe"
)

// queuedBytes returns how many bytes written to nc wait in the kernel for the peer to
// acknowledge them (SIOCOUTQ, see tcp(7)). It is false if nc is no TCP connection.
func queuedBytes(nc net.Conn) (n int64, ok bool) {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return 0, false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, false
	}
	var queued int32
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&queued)))
	})
	return int64(queued), err == nil && errno == 0
}
