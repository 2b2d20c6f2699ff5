//go:build !linux

package listen

import "net"

// queuedBytes returns false: only on Linux is it known what the peer has acknowledged.
func queuedBytes(net.Conn) (n int64, ok bool) { return 0, false }

// awaitHangup returns nil at once: only on Linux a connection can be watched after the end
// of its stream.
func awaitHangup(net.Conn) error { return nil }

// isHungUp returns false: it is not known.
func isHungUp(net.Conn) bool { return false }

// nothingArrived returns false: it is not known.
func nothingArrived(net.Conn) bool { return false }

// sendEnd sends nothing: the end of the stream takes a packet of its own.
func sendEnd(net.Conn, []byte) (n int, ended bool) { return 0, false }

// allLeft returns false: it is not known.
func allLeft(net.Conn) bool { return false }

// isBuffered reports whether nc takes what the kernel has room for without waiting.
func isBuffered(nc net.Conn) bool {
	switch nc.(type) {
	case *net.TCPConn, *net.UnixConn:
		return true
	}
	return false
}
