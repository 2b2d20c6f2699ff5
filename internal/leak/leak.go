// Package leak finds goroutines that a test leaves behind.
package leak

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long goroutines may go on after a test.
const patience = 5 * time.Second

// Check fails the test if goroutines of this module or of quic-go outlive it. It looks
// for them in a Cleanup, so call it before the test registers the Cleanups that stop
// those goroutines: they run first. Only the first call in a test counts, since what was
// started before a later one still runs in its Cleanup.
func Check(tb testing.TB) {
	tb.Helper()
	if _, checked := checking.LoadOrStore(tb, true); checked {
		return
	}
	tb.Cleanup(func() {
		defer checking.Delete(tb)
		for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			left := leaked()
			if left == nil {
				return
			}
			if time.Since(began) > patience {
				tb.Errorf("%d goroutines are left behind:\n%s", len(left), strings.Join(left, "\n\n"))
				return
			}
		}
	})
}

// checking has the tests that Check was called for.
var checking sync.Map

// leaked returns the stacks of goroutines that run code of this module or of quic-go,
// but for those of tests.
func leaked() []string {
	buf := make([]byte, 4<<20)
	var left []string
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		ours := strings.Contains(stack, "\ngopherframe") || strings.Contains(stack, "quic-go")
		test := strings.Contains(stack, "_test.") || strings.Contains(stack, "testing.(*T)") || strings.Contains(stack, "gopherframe/internal/leak.")
		if ours && !test {
			left = append(left, stack)
		}
	}
	return left
}
