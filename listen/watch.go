package listen

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A watcher is what a conn knows of the goroutine that watches its client.
type watcher struct {
	mu      sync.Mutex
	allowed bool                       // the request line is complete, and the answer is not over
	ended   chan struct{}              // closed when the goroutine has ended; nil if none was started
	budget  atomic.Int64               // bytes behind the request line that may still be read
	silence atomic.Pointer[time.Timer] // ends the exchange of a half-closed client
}

// mayWatch lets the client be watched from now on.
func (c *conn) mayWatch() {
	c.watcher.mu.Lock()
	defer c.watcher.mu.Unlock()
	c.watcher.allowed = true
}

// watch watches the client while its answer is made and sent. It does so when the context
// of the exchange is asked whether it has ended, or when a write may have to wait.
func (c *conn) watch() {
	c.watcher.mu.Lock()
	defer c.watcher.mu.Unlock()
	if !c.watcher.allowed || c.watcher.ended != nil {
		return
	}
	c.watcher.ended = make(chan struct{})
	c.watcher.budget.Store(c.server.limits.watchBytes())
	c.SetReadDeadline(time.Time{}) // it was that of the line
	go c.watchClient()
}

// stopWatching returns when the watcher has ended, and reports whether there was one.
func (c *conn) stopWatching() (watched bool) {
	c.watcher.mu.Lock()
	c.watcher.allowed = false
	ended := c.watcher.ended
	c.watcher.mu.Unlock()
	if ended == nil {
		return false
	}
	c.SetReadDeadline(longAgo)
	<-ended
	if timer := c.watcher.silence.Swap(nil); timer != nil {
		timer.Stop()
	}
	return true
}

// longAgo is a deadline that ends every Read at once.
var longAgo = time.Unix(1, 0)

// watchClient reads and discards what arrives behind the request line, and ends the context
// of the exchange if the connection breaks. The client's end of stream does not end the
// context, because clients may close their side as soon as they have asked. But such a
// client may have gone as well, so it then waits for the connection to break, where
// the system tells, and limits how long the exchange may be silent.
func (c *conn) watchClient() {
	defer close(c.watcher.ended)
	err := c.discard()
	if err == io.EOF {
		c.limitSilence()
	}
	if err == io.EOF || err == nil {
		err = awaitHangup(innermost(c.Conn))
	}
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.context.end()
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
		c.context.end()
	})
	c.watcher.silence.Store(timer)
	close(armed)
}

// breakSilence notes that bytes were sent.
func (c *conn) breakSilence() {
	if timer := c.watcher.silence.Load(); timer != nil {
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
	for c.watcher.budget.Load() > 0 {
		n, err := c.stream.Read(buf[:])
		c.watcher.budget.Add(-int64(n))
		if err != nil {
			return err
		}
	}
	return nil
}
