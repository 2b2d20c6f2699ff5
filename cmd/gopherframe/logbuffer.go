package main

import (
	"io"
	"sync"
	"time"
)

const (
	// maxLogBuffer is how many bytes wait to be written: thousands of usual lines, or about
	// a hundred of those that a request can make longest. As many again may be in a Write
	// that hangs.
	maxLogBuffer = 1 << 20
	// logCloseTime is how long Close waits for the reader.
	logCloseTime = time.Second
)

// A logBuffer writes lines to w in a goroutine of its own, so that a reader of the log
// that stops, as behind a full pipe, does not stop the server: every exchange writes a
// line before its connection is closed. Lines for which there is no room are dropped. It
// is safe for concurrent use.
type logBuffer struct {
	w      io.Writer
	report func(w io.Writer, lines int) // writes to w that lines were dropped
	wake   chan struct{}                // has an element if something is pending; closed by Close
	done   chan struct{}                // closed when the goroutine has ended

	mu      sync.Mutex
	pending []byte
	dropped int // lines that came after pending was full
	closed  bool
}

// newLogBuffer starts the goroutine, which Close ends. report is called where lines are
// missing, as soon as lines can be written again.
func newLogBuffer(w io.Writer, report func(w io.Writer, lines int)) *logBuffer {
	b := &logBuffer{w: w, report: report, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go b.run()
	return b
}

// Write takes a line, and never fails or waits. After Close it does nothing.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return len(line), nil
	case b.dropped > 0 || len(b.pending)+len(line) > maxLogBuffer:
		b.dropped++ // also a line with room for it, if one before it was dropped: the order stays
	default:
		b.pending = append(b.pending, line...)
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return len(line), nil
}

// Close waits until all lines are written, but no longer than logCloseTime.
func (b *logBuffer) Close() {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		close(b.wake)
	}
	b.mu.Unlock()
	select {
	case <-b.done:
	case <-time.After(logCloseTime):
	}
}

// run writes what is pending until Close is called and nothing is left. It ignores errors
// of w: there is nobody to tell.
func (b *logBuffer) run() {
	defer close(b.done)
	var chunk []byte
	for open := true; open; {
		_, open = <-b.wake
		b.mu.Lock()
		chunk, b.pending = b.pending, chunk[:0]
		dropped := b.dropped
		b.dropped = 0
		b.mu.Unlock()
		if len(chunk) > 0 {
			b.w.Write(chunk)
		}
		if dropped > 0 {
			b.report(b.w, dropped)
		}
	}
}
