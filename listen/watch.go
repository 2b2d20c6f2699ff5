package listen

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
)

// watch throws away what comes behind the line, and ends the context of the
// exchange if the connection breaks. An end of stream is no break: clients may
// close their side once they have asked.
func (c *conn) watch(cancel context.CancelFunc) {
	defer close(c.watched)
	if err := c.discard(); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		cancel()
	}
}

var scratch = sync.Pool{New: func() any { return new([4096]byte) }}

// discard reads to the end of the stream, or as much as the budget allows.
func (c *conn) discard() error {
	buf := scratch.Get().(*[4096]byte)
	defer scratch.Put(buf)
	for c.budget.Load() > 0 {
		n, err := c.stream.Read(buf[:])
		c.budget.Add(-int64(n))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
