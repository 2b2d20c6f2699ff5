package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	qgo "github.com/quic-go/quic-go"
)

// A client opens what an exchange is made on: a connection, or over QUIC a stream of one
// that is kept.
type client struct {
	open  func() (io.ReadWriteCloser, error)
	close func()
}

// newClient returns a client of the server at addr, over "tcp", "tls" or "quic".
func newClient(transport, addr string) (*client, error) {
	trusting := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"gopher"}}
	if transport == "quic" {
		c, err := qgo.DialAddr(context.Background(), addr, trusting, nil)
		if err != nil {
			return nil, err
		}
		return &client{
			open:  func() (io.ReadWriteCloser, error) { return c.OpenStreamSync(context.Background()) },
			close: func() { c.CloseWithError(0, "") },
		}, nil
	}
	remote, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{
		open: func() (io.ReadWriteCloser, error) {
			// An address of its own for each connection: the kernel keeps the port of
			// a connection that the server closed for a minute, and would run out.
			local := &net.TCPAddr{IP: net.IPv4(127, byte(1+rand.N(250)), byte(rand.N(256)), byte(1+rand.N(250)))}
			c, err := net.DialTCP("tcp", local, remote)
			if err != nil || transport == "tcp" {
				return c, err
			}
			return tls.Client(c, trusting), nil
		},
		close: func() {},
	}, nil
}

// exchangeTimeout is how long a whole exchange may take before the run fails.
const exchangeTimeout = time.Minute

// exchange opens, sends the request line, compares all of the answer, and closes.
func (c *client) exchange(w work, buf []byte) error {
	rw, err := c.open()
	if err != nil {
		return err
	}
	defer rw.Close()
	if d, ok := rw.(interface{ SetDeadline(time.Time) error }); ok {
		d.SetDeadline(time.Now().Add(exchangeTimeout))
	}
	if _, err := io.WriteString(rw, w.selector+"\r\n"); err != nil {
		return err
	}
	return w.want.check(rw, buf)
}

// bufferFor returns memory to read the answer of w into.
func bufferFor(w work) []byte { return make([]byte, min(w.want.size()+1, 256<<10)) }

// run makes exchanges, as many at a time as given, until the time is up, and at least one
// each. It returns how many there were.
func (c *client) run(w work, atATime int, d time.Duration) (int64, error) {
	var (
		done   atomic.Int64
		failed atomic.Pointer[error]
		all    sync.WaitGroup
		end    = time.Now().Add(d)
	)
	for range atATime {
		all.Go(func() {
			buf := bufferFor(w)
			for again := true; again && failed.Load() == nil; again = time.Now().Before(end) {
				if err := c.exchange(w, buf); err != nil {
					err = fmt.Errorf("selector %q: %w", w.selector, err)
					failed.CompareAndSwap(nil, &err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return done.Load(), nil
}
