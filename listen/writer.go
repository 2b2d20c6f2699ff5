package listen

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// Bytes that are written with one deadline.
const (
	writeChunk = 32 << 10
	fileChunk  = 1 << 20 // of a file that the kernel copies
)

// Write writes all of p. It fails if the client takes nothing for Limits.StallTimeout,
// or too little for long.
func (c *conn) Write(p []byte) (int, error) {
	total := 0
	for total < len(p) {
		rest := p[total:]
		n, err := c.push(func() (int64, error) {
			n, err := c.Conn.Write(rest[:min(len(rest), writeChunk)])
			return int64(n), err
		})
		total += int(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
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
		n, err := c.push(func() (int64, error) {
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

// push calls write with the stall deadline. A deadline that passes is an error only
// if the client took nothing meanwhile, or took too little on average for long; push
// then drops the connection's unsent bytes.
func (c *conn) push(write func() (int64, error)) (int64, error) {
	limits := &c.server.limits
	start := time.Now()
	c.SetWriteDeadline(after(limits.StallTimeout))
	n, err := write()
	c.written += n
	c.writing += time.Since(start)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if c.moved(n) {
			err = nil
		} else {
			c.giveUp()
			err = fmt.Errorf("the client took nothing for %v: %w", limits.StallTimeout, err)
		}
	}
	if err == nil && c.writing > rateGrace && float64(c.written) < c.writing.Seconds()*float64(limits.MinRate) {
		c.giveUp()
		err = fmt.Errorf("the client took less than %d bytes a second", limits.MinRate)
	}
	return n, err
}

// moved reports whether bytes moved while a write of n bytes waited for its deadline.
// The client may have taken some although n is 0: Linux lets a writer go on only when a
// third of the send buffer is free, which takes a slow client longer than the deadline.
func (c *conn) moved(n int64) bool {
	queued, ok := c.server.queued(innermost(c.Conn))
	if !ok {
		return n > 0
	}
	before := c.taken
	c.taken = c.written - queued
	return n > 0 || c.taken > before
}

// giveUp makes Close discard the bytes that the client has not taken. They would stay
// in the kernel's memory for minutes.
func (c *conn) giveUp() {
	c.stalled.Store(true)
	if tcp, ok := innermost(c.Conn).(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
