package gopherframe

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"sync"
)

// A countingWriter counts the bytes written to w. It hands a file to w's ReadFrom, so
// that a listener may have the kernel copy it. The Write of a Stream may keep it, so it is
// not pooled.
type countingWriter struct {
	w   io.Writer
	n   int64
	err error // of the first write that failed: the client has gone
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	return n, c.count(n, len(p), err)
}

// count notes that n of size bytes were written. It returns err, or the error of a
// Writer that wrote less without one.
func (c *countingWriter) count(n, size int, err error) error {
	if n < size && err == nil {
		err = io.ErrShortWrite
	}
	c.n += int64(n)
	c.err = cmp.Or(c.err, err)
	return err
}

func (c *countingWriter) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.Copy(c.w, r)
	c.n += n
	// What a file fails with is a PathError; other errors are those of writing.
	var ofFile *fs.PathError
	if !errors.As(err, &ofFile) {
		c.err = cmp.Or(c.err, err)
	}
	return n, err
}

// writeLast writes the last bytes of a whole answer, unless a write has failed.
func (c *countingWriter) writeLast(p []byte) error {
	if c.err != nil {
		return c.err
	}
	if ender, ok := c.w.(interface{ WriteLast([]byte) (int, error) }); ok {
		n, err := ender.WriteLast(p)
		return c.count(n, len(p), err)
	}
	if len(p) == 0 {
		return nil
	}
	_, err := c.Write(p)
	return err
}

// A buffer has bytes on their way to or from the system. A text file takes two of them, and
// nothing takes more. With half the size, a long text takes a tenth more time, most of it
// for calls of the system.
type buffer [64 << 10]byte

// full is how many bytes of an answer are collected before they are written. What is left
// of the buffer has room for any line of a usual menu, and for a piece of a text.
const full = 60 << 10

// small is the size up to which a file that is no text is read, and written together with
// the end of the answer. Of larger ones the kernel copies the bytes with less work.
const small = 16 << 10

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// An output collects an answer in a pooled buffer. It is for one goroutine, and for the
// encoder only: nothing that an app gets leads to it.
type output struct {
	*countingWriter
	buf  []byte  // what is to be written; within room, unless a line was very long
	room *buffer // nil after release
}

func newOutput(w *countingWriter) *output {
	room := buffers.Get().(*buffer)
	return &output{w, room[:0], room}
}

// release gives the buffer back.
func (o *output) release() {
	buffers.Put(o.room)
	o.buf, o.room = nil, nil
}

// flush writes what was collected. It returns the error of this write or of an earlier
// one.
func (o *output) flush() error {
	if o.err == nil && len(o.buf) > 0 {
		o.Write(o.buf)
	}
	o.buf = o.room[:0]
	return o.err
}

// flushFull is flush if enough was collected.
func (o *output) flushFull() error {
	if len(o.buf) < full {
		return o.err
	}
	return o.flush()
}
