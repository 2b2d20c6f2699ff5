package listen

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Bytes that are written with one deadline.
const (
	writeChunk = 64 << 10
	fileChunk  = 1 << 20 // of a file that the kernel copies
)

// Write writes all of p. It fails if the client takes nothing for Limits.StallTimeout,
// or too little for long.
func (c *conn) Write(p []byte) (int, error) {
	total := 0
	for total < len(p) {
		rest := p[total:]
		size := min(len(rest), writeChunk)
		n, err := c.push(size, func() (int64, error) {
			n, err := c.Conn.Write(rest[:size])
			return int64(n), err
		})
		total += int(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// WriteLast writes the last bytes of an answer, and ends it with them where the kernel takes
// them at once.
func (c *conn) WriteLast(p []byte) (int, error) {
	n, ended := sendEnd(c.Conn, p) // not innermost: a wrapper may change the bytes
	if c.written += int64(n); n > 0 {
		c.breakSilence()
	}
	if ended {
		c.halfClosed = true
		return n, nil
	}
	rest, err := c.Write(p[n:])
	return n + rest, err
}

// ReadFrom writes all that r has. A file is copied by the kernel (sendfile) where that
// is possible.
func (c *conn) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	into, canCopy := c.Conn.(io.ReaderFrom) // not innermost: a wrapper may change the bytes
	if ok && canCopy {
		if file, ok := limited.R.(*os.File); ok {
			return c.sendFile(into, file, limited)
		}
	}
	return io.Copy(struct{ io.Writer }{c}, r)
}

func (c *conn) sendFile(into io.ReaderFrom, file *os.File, limited *io.LimitedReader) (int64, error) {
	start, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for limited.N > 0 {
		size := min(limited.N, fileChunk)
		ended := false
		n, err := c.push(int(size), func() (int64, error) {
			n, err := into.ReadFrom(&io.LimitedReader{R: file, N: size})
			ended = n == 0 && err == nil
			return n, err
		})
		total += n
		limited.N -= n
		if err != nil || ended {
			return total, err // ended: the file is shorter than it was when it was opened
		}
		if n < size {
			// If the kernel does not copy, more may have been read than was written.
			if _, err := file.Seek(start+total, io.SeekStart); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// push calls write, for size bytes at most, with a deadline. A deadline that passes is an
// error only if the client has taken nothing for Limits.StallTimeout. It is also an error if
// the client has taken less than Limits.MinRate. After both, Close discards the bytes that
// wait for the client.
func (c *conn) push(size int, write func() (int64, error)) (int64, error) {
	if c.written+int64(size) > c.quickUpTo {
		c.watch()
	}
	limits := &c.server.limits
	start := time.Now()
	c.SetWriteDeadline(start.Add(min(limits.StallTimeout-c.still, measureEvery)))
	n, err := write()
	spent := time.Since(start)
	c.written += n
	c.writing += spent
	if n > 0 {
		c.breakSilence()
	}
	late := errors.Is(err, os.ErrDeadlineExceeded)
	if err != nil && !late {
		return n, err
	}
	switch {
	case late || c.writing >= rateGrace:
		c.measure(n, spent)
	case n > 0:
		c.still = 0
	}
	switch {
	case c.still >= limits.StallTimeout:
		c.giveUp()
		return n, fmt.Errorf("the client took nothing for %v: %w", limits.StallTimeout, os.ErrDeadlineExceeded)
	case c.writing >= rateGrace && float64(c.taken) < c.writing.Seconds()*float64(limits.MinRate):
		c.giveUp()
		return n, fmt.Errorf("the client took less than %d bytes a second", limits.MinRate)
	}
	return n, nil
}

// measure updates c.taken and c.still after a write of n bytes. Where it is known what
// waits in the kernel for the client, that decides: the kernel may accept bytes although
// the client takes none, and Linux accepts none before a third of the send buffer is free
// although the client takes some.
func (c *conn) measure(n int64, spent time.Duration) {
	queued, known := c.server.queued(innermost(c.Conn))
	before := c.taken
	c.taken = c.written - queued
	moved := n > 0
	if known {
		moved = c.taken > before
	}
	if moved {
		c.still = 0
	} else {
		c.still += spent
	}
}

// giveUp makes Close discard the bytes that the client has not taken. They would stay
// in the kernel's memory for minutes.
func (c *conn) giveUp() {
	c.stalled.Store(true)
	if tcp, ok := innermost(c.Conn).(interface{ SetLinger(sec int) error }); ok {
		tcp.SetLinger(0)
	}
}
