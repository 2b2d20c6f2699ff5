package listen

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// startWatching watches the client while its answer is made and sent.
func (c *conn) startWatching() {
	c.watched = make(chan struct{})
	c.budget.Store(c.server.limits.watchBytes())
	go c.watch()
}

// stopWatching returns when the watcher has ended, if there was one.
func (c *conn) stopWatching() {
	if c.watched == nil {
		return
	}
	c.SetReadDeadline(longAgo)
	<-c.watched
	if timer := c.silence.Swap(nil); timer != nil {
		timer.Stop()
	}
}

// longAgo is a deadline that ends every Read at once.
var longAgo = time.Unix(1, 0)

// watch reads and discards what arrives behind the request line, and ends the context
// of the exchange if the connection breaks. The client's end of stream does not end the
// context, because clients may close their side as soon as they have asked. But such a
// client may have gone as well, so watch then waits for the connection to break, where
// the system tells, and limits how long the exchange may be silent.
func (c *conn) watch() {
	defer close(c.watched)
	err := c.discard()
	if err == io.EOF {
		c.limitSilence()
	}
	if err == io.EOF || err == nil {
		err = awaitHangup(innermost(c.Conn))
	}
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.cancel()
	}
}

// limitSilence ends the context of the exchange when nothing has been sent for
// Limits.HalfClosedTimeout from now on. It has no effect if the connection has a Context,
// which ends when the client has gone.
func (c *conn) limitSilence() {
	limit := c.server.limits.HalfClosedTimeout
	if _, ok := c.Conn.(contexter); ok || limit == noTime {
		return
	}
	var timer *time.Timer
	armed := make(chan struct{})
	timer = time.AfterFunc(limit, func() {
		<-armed
		if queued, known := c.server.queued(innermost(c.Conn)); known && queued > 0 {
			timer.Reset(limit) // the client has bytes to take, so StallTimeout and MinRate decide
			return
		}
		c.server.log.Debug("gopherframe: nothing was sent to a half-closed client for long", "remote", c.remote, "limit", limit)
		c.cancel()
	})
	c.silence.Store(timer)
	close(armed)
}

// breakSilence notes that bytes were sent.
func (c *conn) breakSilence() {
	if timer := c.silence.Load(); timer != nil {
		timer.Reset(c.server.limits.HalfClosedTimeout)
	}
}

// scratch has buffers for bytes that nobody looks at.
var scratch = sync.Pool{New: func() any { return new([4096]byte) }}

// discard reads until an error, which is io.EOF at the end of the stream, or until the
// budget is used up, and returns nil then.
func (c *conn) discard() error {
	buf := scratch.Get().(*[4096]byte)
	defer scratch.Put(buf)
	for c.budget.Load() > 0 {
		n, err := c.stream.Read(buf[:])
		c.budget.Add(-int64(n))
		if err != nil {
			return err
		}
	}
	return nil
}
