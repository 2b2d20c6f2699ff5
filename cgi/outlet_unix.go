//go:build unix

package cgi

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// An outlet is the end of a pipe that a program writes to. Processes that have left its group
// may hold the other end open for ever, so it can be woken: from then on it gives what is
// in the pipe, and io.EOF when it is empty.
type outlet struct {
	*os.File
	woken atomic.Bool
	after int64 // bytes read since then
}

// mostInPipe is how much a pipe holds: those of Linux can be made as large as this by its
// users. A process that goes on writing must not hold up the end.
const mostInPipe = 1 << 20

func (o *outlet) wake() {
	o.woken.Store(true)
	o.SetReadDeadline(time.Unix(1, 0))
}

// Read waits until there is something to read, unless the outlet was woken.
func (o *outlet) Read(p []byte) (int, error) {
	if !o.woken.Load() {
		n, err := o.File.Read(p)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
	if o.after > mostInPipe {
		return 0, io.EOF
	}
	n := o.readNow(p)
	if n <= 0 {
		return 0, io.EOF
	}
	o.after += int64(n)
	return n, nil
}

// readNow reads what is there, without waiting. It returns 0 or less if there is nothing.
func (o *outlet) readNow(p []byte) (n int) {
	raw, err := o.SyscallConn()
	if err != nil {
		return 0
	}
	raw.Control(func(fd uintptr) {
		for {
			if n, err = syscall.Read(int(fd), p); err != syscall.EINTR {
				return
			}
		}
	})
	return n
}
