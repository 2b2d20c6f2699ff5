package listen

import (
	"errors"
	"io"
	"os"
	"sync"
)

// watch reads and discards what arrives behind the request line, and ends the context
// of the exchange if the connection breaks. It runs while the answer is made and sent.
// The client's end of stream does not end the context: clients may close their side as
// soon as they have asked.
func (c *conn) watch() {
	defer close(c.watched)
	if err := c.discard(); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.cancel()
	}
}

// scratch has buffers for bytes that nobody looks at.
var scratch = sync.Pool{New: func() any { return new([4096]byte) }}

// discard reads until the end of the stream or until the budget is used up, and
// returns nil then.
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
