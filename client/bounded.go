package client

import (
	"fmt"
	"io"

	"gopherframe/internal/answer"
)

// A bounded reader returns err instead of the first byte that is too much.
type bounded struct {
	r    io.Reader
	left int64 // bytes that may still come
	err  error
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left == 0 {
		var one [1]byte
		if n, err := b.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, b.err
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// ErrTooLong is the error of an answer that is longer than Client.MaxBytes, and of a menu
// with more than 16 MiB, more than 200,000 items or more than 64 KiB in one line. The
// error that wraps it names the limit.
var ErrTooLong = answer.ErrTooLong

// limit returns a reader of r that fails with ErrTooLong after n bytes, and r itself if
// n is negative.
func limit(r io.Reader, n int64) io.Reader {
	if n < 0 {
		return r
	}
	return &bounded{r, n, fmt.Errorf("%w: more than %d bytes", ErrTooLong, n)}
}
