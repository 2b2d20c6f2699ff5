package listen

import (
	"math"
	"time"

	"gopherframe/internal/framing"
)

// Limits keep one client from harming the others. In every field but Linger zero means the
// default and a negative value means no limit.
type Limits struct {
	// LineTimeout is the time from accepting a connection to the end of its request
	// line. Bytes that arrive do not extend it: a client that sends one byte now and
	// then would hold a connection for ever. Default 15 s.
	LineTimeout time.Duration

	// HandshakeTimeout is the time for a TLS or QUIC handshake, which costs the
	// server much more than the client. Default 10 s.
	HandshakeTimeout time.Duration

	// StallTimeout is how long a write may go on without one byte moving: a client
	// that never reads would hold a connection for ever. There is no limit for the
	// whole answer, since a modem may need a day for a large file. Default 60 s.
	StallTimeout time.Duration

	// HalfClosedTimeout is how long an exchange whose client has closed its side may go
	// on without a byte being sent. Then its context ends. A client that has gone may
	// look the same as one that has closed its side and waits. Default 5 min.
	HalfClosedTimeout time.Duration

	// MinRate is the average rate, in bytes per second, at which a client must take
	// its answer, once writing it has taken a minute: at one byte a second an answer
	// would last for ever, too. On Linux, bytes that wait in the kernel's send buffer do
	// not count as taken. Default 30, which is 300 baud.
	MinRate int

	// MaxLine is the longest request line in bytes, its end not counted. The server
	// never keeps more than that of what a client sends. Default 2048.
	MaxLine int

	// MaxConns is the number of open connections. At the limit a new connection
	// closes the oldest one whose request line is not complete; if there is none, the
	// new one is answered "Server busy." The default is half of what is
	// left of the process's file descriptors when 64 are set aside, and at most 16,384: an
	// exchange may need a second descriptor, for a file. The default bounds all listeners
	// of a Run together, and the oldest connection of any of them makes room. If one of
	// them has a larger MaxConns of its own, that is the bound for all of them; a negative
	// one removes it.
	MaxConns int

	// MaxConnsPerAddr is the number of open connections from one address. The default
	// is no limit, because many people may share an address; 256 is a sensible limit.
	MaxConnsPerAddr int

	// SendBuffer is the size in bytes of the kernel's buffer for bytes that the client
	// has not taken yet. Every client that does not read costs this much memory, and
	// the system bounds the total. Negative: the system chooses. Default 128 KiB.
	SendBuffer int

	// LingerTimeout is how long, and LingerBytes how much, the server reads on after
	// its answer: closing a connection with unread bytes resets it, and some clients
	// then lose an answer that they have received. While the answer is made and sent,
	// 16 times LingerBytes may arrive. Default 2 s and 256 KiB.
	LingerTimeout time.Duration
	LingerBytes   int64

	// Linger says after which answers the server reads on. Default LingerAuto.
	Linger Linger

	// Grace is how long exchanges may go on after the listener began to stop. Then
	// they are cut. Default 10 s.
	Grace time.Duration
}

// A Linger says when the server reads on after an answer, before it closes the connection.
type Linger int

const (
	// LingerAuto reads on unless the client most likely has nothing more to send, and the
	// answer has left: its line ended LF or CRLF and nothing came behind, and the answer is
	// at most 14 KiB. That saves the wait for the client's end of stream. A client that sends
	// more after all has its answer if it runs on Linux, where a reset does not take what has
	// arrived; on Windows it may lose it. It also reads on after an exchange over TLS or QUIC,
	// after one whose handler asked for the end of Request.Context or whose write had to wait,
	// and after an answer that was cut. Systems other than Linux cannot tell, so there it
	// is LingerAlways.
	LingerAuto Linger = iota
	// LingerAlways reads on after every answer. It costs about a third of what a small
	// exchange costs.
	LingerAlways
)

// Stored values that mean no limit. SendBuffer, MaxLine and MinRate store -1.
const (
	noTime  time.Duration = math.MaxInt64
	noBytes int64         = math.MaxInt64
	noCount int           = math.MaxInt
)

const (
	measureEvery   = 15 * time.Second       // how long one write waits before the progress is measured
	rateGrace      = time.Minute            // time of writing before MinRate counts
	smallAnswer    = 14 << 10               // bytes that usually leave at once (RFC 6928: ten segments)
	oneSegment     = 512                    // bytes that always do (RFC 9293: segments have at least 536)
	shortLinger    = 500 * time.Millisecond // LingerTimeout of refused clients, and while stopping
	lastLines      = 250 * time.Millisecond // LineTimeout while stopping: lines may be on their way
	blindLinger    = 20 * time.Millisecond  // LingerTimeout for connections that cannot half-close
	busyConns      = 256                    // refused clients that get a lingering close at the same time
	cutGrace       = time.Second            // for handlers to notice that their exchange was cut
	reservedFiles  = 64                     // descriptors that are not for connections
	maxConnsByFile = 16_384
)

// WithDefaults returns a copy of l that needs no interpretation: fields that are zero
// have their default, and negative fields have the value that means no limit. That is
// the largest value of the field's type, but -1 for MinRate, MaxLine and SendBuffer.
// Applied twice it changes nothing.
func (l Limits) WithDefaults() Limits {
	set(&l.LineTimeout, 15*time.Second, noTime)
	set(&l.HandshakeTimeout, 10*time.Second, noTime)
	set(&l.StallTimeout, 60*time.Second, noTime)
	set(&l.HalfClosedTimeout, 5*time.Minute, noTime)
	set(&l.MinRate, 30, -1)
	set(&l.MaxLine, framing.MaxLine, -1)
	set(&l.MaxConns, defaultMaxConns(), noCount)
	set(&l.MaxConnsPerAddr, noCount, noCount)
	set(&l.SendBuffer, 128<<10, -1)
	set(&l.LingerTimeout, 2*time.Second, noTime)
	set(&l.LingerBytes, 256<<10, noBytes)
	set(&l.Grace, 10*time.Second, noTime)
	return l
}

// defaultMaxConns returns half of what is left of the process's file descriptors when those
// for other purposes are set aside.
func defaultMaxConns() int { return min(maxConnsByFile, max(1, (maxFiles()-reservedFiles)/2)) }

func set[T int | int64 | time.Duration](limit *T, byDefault, none T) {
	switch {
	case *limit == 0:
		*limit = byDefault
	case *limit < 0:
		*limit = none
	}
}

// watchBytes returns how many bytes behind the request line are read while the
// answer is made and sent.
func (l *Limits) watchBytes() int64 {
	const factor = 16
	return factor * min(l.LingerBytes, noBytes/factor)
}

// after returns the deadline d from now: the zero time, which is no deadline, if d
// means no limit.
func after(d time.Duration) time.Time {
	if d == noTime {
		return time.Time{}
	}
	return time.Now().Add(d)
}
