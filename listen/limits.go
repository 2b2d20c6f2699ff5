package listen

import (
	"math"
	"time"
)

// Limits keep one client from harming the others. In every field zero is the
// default and a negative value is no limit.
type Limits struct {
	// LineTimeout is how long a client may take from being accepted to the end of
	// its request line, however it spreads the bytes: idle and dripping clients
	// would hold a connection for ever. Default 15 s.
	LineTimeout time.Duration

	// HandshakeTimeout is how long a TLS or QUIC handshake may take, which is work
	// for the server and none for the client. Default 10 s.
	HandshakeTimeout time.Duration

	// StallTimeout is how long a write may take in which not one byte moves: a
	// client that never reads would hold a connection for ever, while a slow modem
	// may take a day for a large file. Default 60 s.
	StallTimeout time.Duration

	// MinRate is what a client must take on average, in bytes per second, once its
	// answer spent two minutes in being written: one byte a second would be for
	// ever, too. Default 30, which is 300 baud.
	MinRate int

	// MaxLine is the longest request line, in bytes without its end: it is all a
	// client can make the server keep. Default 2048.
	MaxLine int

	// MaxConns is how many connections may be open. One more closes the oldest that
	// has not sent its line yet; if there is none, it is told "Server busy." Default
	// half of the file descriptors that the process may have, less 64, because an
	// exchange may need a second one for a file, but at most 16,384.
	MaxConns int

	// MaxConnsPerAddr is how many of them may come from one address. Many people
	// may share one, so the default is no limit; 256 is a choice.
	MaxConnsPerAddr int

	// SendBuffer is the kernel's buffer for what a client has not taken yet, in
	// bytes: clients that do not read cost this much memory each, and the system has
	// a common limit for it. Negative leaves the size to the system. Default 128 KiB.
	SendBuffer int

	// LingerTimeout is how long the server goes on reading after its answer, and
	// LingerBytes how much it reads behind the request line: closing with bytes
	// unread resets the connection, and some clients then lose an answer they have
	// received. While the answer is being made and sent it reads 16 times as much.
	// Default 2 s and 256 KiB.
	LingerTimeout time.Duration
	LingerBytes   int64

	// Grace is how long exchanges may go on when the listener stops, before they
	// are cut. Default 10 s.
	Grace time.Duration
}

// What stands for no limit where a number is needed.
const (
	noTime  time.Duration = math.MaxInt64
	noBytes int64         = math.MaxInt64
	noCount int           = math.MaxInt
)

const (
	rateGrace      = 2 * time.Minute        // before MinRate counts
	shortLinger    = 500 * time.Millisecond // LingerTimeout for refused clients, and when stopping
	lastLines      = 250 * time.Millisecond // LineTimeout when stopping: lines may have arrived
	blindLinger    = 20 * time.Millisecond  // the same where the end of the answer cannot be sent alone
	busyConns      = 256                    // refused clients that get a lingering close at a time
	cutGrace       = time.Second            // for handlers to notice that they were cut
	reservedFiles  = 64                     // descriptors for all but connections
	maxConnsByFile = 16_384
)

// orDefault returns limits that say all.
func (l Limits) orDefault() Limits {
	set(&l.LineTimeout, 15*time.Second, noTime)
	set(&l.HandshakeTimeout, 10*time.Second, noTime)
	set(&l.StallTimeout, 60*time.Second, noTime)
	set(&l.MinRate, 30, 0)
	set(&l.MaxLine, 2048, -1) // as Serve has it
	set(&l.MaxConns, min(maxConnsByFile, max(1, (maxFiles()-reservedFiles)/2)), noCount)
	set(&l.MaxConnsPerAddr, noCount, noCount)
	set(&l.SendBuffer, 128<<10, 0)
	set(&l.LingerTimeout, 2*time.Second, noTime)
	set(&l.LingerBytes, 256<<10, noBytes)
	set(&l.Grace, 10*time.Second, noTime)
	return l
}

// watchBytes is how much may be read behind the line while the answer goes out.
func (l *Limits) watchBytes() int64 {
	if l.LingerBytes == noBytes {
		return noBytes
	}
	return 16 * l.LingerBytes
}

func set[T int | int64 | time.Duration](limit *T, byDefault, none T) {
	switch {
	case *limit == 0:
		*limit = byDefault
	case *limit < 0:
		*limit = none
	}
}

// after returns the time d from now. The zero time is no deadline.
func after(d time.Duration) time.Time {
	if d == noTime {
		return time.Time{}
	}
	return time.Now().Add(d)
}
