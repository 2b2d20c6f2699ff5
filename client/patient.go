package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// A patient reader reads an answer from a connection. It fails when the server sends
// nothing for the idle time, and when ctx ends and the connection is closed for that.
type patient struct {
	ctx  context.Context
	conn net.Conn
	idle time.Duration // 0: no limit
	err  error         // of the first Read that failed, and of all that follow
}

// Read waits for bytes no longer than the idle time. After an error it does not wait
// again: readers in between, such as bufio's, may ask once more.
func (p *patient) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	p.conn.SetReadDeadline(within(p.idle))
	n, err := p.conn.Read(b)
	switch {
	case err == nil || err == io.EOF:
	case p.ctx.Err() != nil:
		err = fmt.Errorf("client: the answer broke off: %w", p.ctx.Err())
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = fmt.Errorf("client: the server sent nothing for %v: %w", p.idle, os.ErrDeadlineExceeded)
	default:
		err = fmt.Errorf("client: the answer broke off: %w", err)
	}
	p.err = err
	return n, err
}
