package main

import (
	"fmt"
	"io"
	"time"
)

// idleMemory returns a function that measures how many bytes of its memory a server needs
// for each connection whose request line has not come.
func idleMemory(w work, n int) func(*process) ([]float64, error) {
	return func(p *process) ([]float64, error) {
		c, err := newClient("tcp", p.addr)
		if err != nil {
			return nil, err
		}
		if _, err := c.run(w, 16, 50*time.Millisecond); err != nil {
			return nil, err
		}
		before, err := settledMemory(p)
		if err != nil {
			return nil, err
		}
		var idle []io.ReadWriteCloser
		defer func() {
			for _, rw := range idle {
				rw.Close()
			}
		}()
		for range n {
			rw, err := c.open()
			if err != nil {
				return nil, err
			}
			idle = append(idle, rw)
		}
		during, err := settledMemory(p)
		if err != nil {
			return nil, err
		}
		buf := bufferFor(w)
		for _, rw := range idle { // all of them were kept, and are answered
			if _, err := io.WriteString(rw, w.selector+"\r\n"); err != nil {
				return nil, err
			}
			if err := w.want.check(rw, buf); err != nil {
				return nil, err
			}
		}
		return []float64{float64(during-before) / float64(n)}, nil
	}
}

// settledMemory returns what a process has in memory when that does not change any more.
func settledMemory(p *process) (int64, error) {
	last := int64(-1)
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		now, err := memoryOf(p.pid(), "smaps_rollup", "Rss")
		if err != nil || now == last {
			return now, err
		}
		last = now
	}
	return 0, fmt.Errorf("its memory does not settle: %d bytes", last)
}

// peakMemory returns a function that measures how many bytes of memory a server needs at
// most for one exchange, beyond what it has after some small ones.
func peakMemory(small, w work) func(*process) ([]float64, error) {
	return func(p *process) ([]float64, error) {
		c, err := newClient("tcp", p.addr)
		if err != nil {
			return nil, err
		}
		if _, err := c.run(small, 4, 50*time.Millisecond); err != nil {
			return nil, err
		}
		before, err := settledMemory(p)
		if err != nil {
			return nil, err
		}
		if err := resetPeak(p.pid()); err != nil {
			return nil, err
		}
		if _, err := c.run(w, 1, 0); err != nil {
			return nil, err
		}
		peak, err := memoryOf(p.pid(), "status", "VmHWM")
		return []float64{float64(peak - before)}, err
	}
}
