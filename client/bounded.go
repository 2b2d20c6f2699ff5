package client

import (
	"errors"
	"fmt"
	"io"
)

// A bounded reader fails where too much comes.
type bounded struct {
	r    io.Reader
	left int64
	err  error // then
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

// ErrTooLong is the error of an answer that is longer than Client.MaxBytes, and of
// a menu that is longer than 16 MiB.
var ErrTooLong = errors.New("client: the answer is too long")

// limit returns r, or a reader of no more than n bytes if n is positive.
func limit(r io.Reader, n int64) io.Reader {
	if n < 0 {
		return r
	}
	return &bounded{r, n, fmt.Errorf("%w: more than %d bytes", ErrTooLong, n)}
}
