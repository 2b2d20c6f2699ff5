package listen

import (
	"fmt"
	"time"
)

// drain tells the handlers that the server stops, waits for the exchanges to finish, at
// most for Limits.Grace, and then cuts the rest and returns an error. Request lines that
// are not complete have lastLines to arrive. It may be called once.
func (s *server) drain() error {
	close(s.stopping)
	s.table.Lock()
	for c := range s.open {
		if c.waiting != nil {
			c.SetReadDeadline(after(lastLines))
		}
	}
	s.table.Unlock()
	if s.wait(s.limits.Grace) {
		return nil
	}
	s.table.Lock()
	n := s.unfinished()
	s.table.Unlock()
	s.cut()
	s.table.Lock()
	for c := range s.open {
		c.Close()
	}
	s.table.Unlock()
	if !s.wait(cutGrace) {
		s.log.Error("gopherframe: handlers do not notice that their context ended")
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("listen: %d exchanges were cut after %v", n, s.limits.Grace)
}

// unfinished returns how many exchanges have no whole answer. Connections without a
// complete request line do not count, nor do those that only linger. The caller holds
// the lock of s.table.
func (s *server) unfinished() int {
	n := 0
	for c := range s.open {
		if c.waiting == nil && !c.over {
			n++
		}
	}
	return n
}

// wait waits for the exchanges to end, and reports whether all did within d.
func (s *server) wait(d time.Duration) bool {
	done := make(chan struct{})
	go func() {
		s.conns.Wait()
		close(done)
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

func (s *server) isStopping() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}
