package listen

import (
	"strings"
	"testing"
	"time"
)

// TestCare: a share of slow handlers is a reason for care, a few among many are not, and a
// period without them ends it.
func TestCare(t *testing.T) {
	for _, tt := range []struct {
		calls, slow int
		careful     bool
	}{
		{3, 2, false}, {3, 3, true}, {600, 3, true}, {1000, 3, false}, {1000, 5, true},
	} {
		woken := 0
		c := &care{wake: func() { woken++ }}
		c.calls.Add(int64(tt.calls))
		for range tt.slow {
			c.note()
		}
		if c.careful.Load() != tt.careful || woken > 0 != tt.careful {
			t.Errorf("%d of %d: careful %v, woken %d times", tt.slow, tt.calls, c.careful.Load(), woken)
		}
		now := time.Now()
		if got := c.tick(now); got != tt.careful {
			t.Errorf("%d of %d: %v at the end of the period", tt.slow, tt.calls, got)
		}
		if c.tick(now.Add(period)) || c.careful.Load() {
			t.Errorf("%d of %d: there is care without a slow handler", tt.slow, tt.calls)
		}
	}
}

// TestDeadlineIsMonotonic: the clock of the system does not move deadlines.
func TestDeadlineIsMonotonic(t *testing.T) {
	var d deadline
	set := time.Now().Add(time.Hour)
	d.set(set)
	if got := d.time(); got.Sub(set) != 0 || !strings.Contains(got.String(), " m=") {
		t.Errorf("%v became %v", set, got)
	}
	if err := d.err(); err != nil {
		t.Error(err)
	}
	if d.set(longAgo); d.err() == nil {
		t.Error("no error long after it")
	}
	if d.set(time.Time{}); d.err() != nil || !d.time().IsZero() {
		t.Error("none is set")
	}
}
