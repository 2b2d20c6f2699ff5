package listen

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

const (
	writeChunk = 32 << 10 // bytes that one stall deadline is for
	fileChunk  = 1 << 20  // the same where the kernel copies
)

// Write writes all of p as long as the client takes some of it.
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

// ReadFrom writes all that r has. If that is a file the kernel copies it, where
// it can (sendfile).
func (c *conn) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	into, canCopy := c.Conn.(io.ReaderFrom) // not innermost: the wrapper may transform
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
		chunk := &io.LimitedReader{R: file, N: min(limited.N, fileChunk)}
		n, err := c.push(func() (int64, error) { return into.ReadFrom(chunk) })
		total += n
		limited.N -= n
		if err != nil || n == 0 {
			return total, err // nothing: the file was cut short
		}
		if chunk.N > 0 {
			// Where the kernel cannot copy, more was read than was sent.
			if _, err := file.Seek(start+total, io.SeekStart); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// push calls write with a stall deadline. That it passes is an error only if
// nothing moved, or if all moved too slowly for long.
func (c *conn) push(write func() (int64, error)) (int64, error) {
	limits := &c.server.limits
	start := time.Now()
	c.SetWriteDeadline(after(limits.StallTimeout))
	n, err := write()
	c.written += n
	c.writing += time.Since(start)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if n > 0 {
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

// giveUp makes Close drop what the client has not taken: it would stay in the
// memory of the kernel for minutes.
func (c *conn) giveUp() {
	c.stalled.Store(true)
	if tcp, ok := innermost(c.Conn).(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
