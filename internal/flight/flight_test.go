package flight_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe/internal/flight"
)

// slow returns a function that takes a second, unless its context ends.
func slow(calls *atomic.Int32) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		n := calls.Add(1)
		select {
		case <-time.After(time.Second):
			return fmt.Sprint("value ", n), nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func TestShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, string]
		var calls atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if v, err := g.Do(t.Context(), "k", slow(&calls)); v != "value 1" || err != nil {
					t.Errorf("%q, %v", v, err)
				}
			})
		}
		wg.Wait()
		if v, err := g.Do(t.Context(), "k", slow(&calls)); v != "value 2" || err != nil {
			t.Errorf("after that: %q, %v", v, err)
		}
	})
}

// TestLeaving: who goes does not harm the others, and the last one ends the flight.
func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, string]
		var calls atomic.Int32
		first, leave := context.WithCancelCause(t.Context())
		gone := errors.New("gone")
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := g.Do(first, "k", slow(&calls)); err != gone {
				t.Errorf("the first: %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if v, err := g.Do(t.Context(), "k", slow(&calls)); v != "value 1" || err != nil {
				t.Errorf("the second: %q, %v", v, err)
			}
		})
		synctest.Wait()
		leave(gone)
		wg.Wait()

		alone, leave := context.WithCancelCause(t.Context())
		ended := make(chan error, 1)
		wg.Go(func() {
			g.Do(alone, "k", func(ctx context.Context) (string, error) {
				<-ctx.Done()
				ended <- ctx.Err()
				return "", ctx.Err()
			})
		})
		synctest.Wait()
		leave(gone)
		synctest.Wait()
		if v, err := g.Do(t.Context(), "k", slow(&calls)); v != "value 2" || err != nil {
			t.Errorf("while an old flight ends: %q, %v", v, err)
		}
		if err := <-ended; err != context.Canceled {
			t.Errorf("the flight that all left: %v", err)
		}
		wg.Wait()
	})
}

func TestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := flight.Group[int, string]{AtOnce: 2}
		var calls atomic.Int32
		var wg sync.WaitGroup
		began := time.Now()
		for i := range 6 {
			wg.Go(func() { g.Do(t.Context(), i, slow(&calls)) })
		}
		synctest.Wait()
		waiting, leave := context.WithCancel(t.Context())
		wg.Go(func() {
			if _, err := g.Do(waiting, 7, slow(&calls)); err != context.Canceled {
				t.Errorf("one that leaves before its turn: %v", err)
			}
		})
		synctest.Wait()
		leave()
		wg.Wait()
		if took := time.Since(began); took != 3*time.Second || calls.Load() != 6 {
			t.Errorf("%d calls of a second each, two at a time, took %v", calls.Load(), took)
		}
	})
}

func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := flight.Group[string, string]{AtOnce: 1}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				defer func() {
					if v := recover(); fmt.Sprint(v) != "broken" {
						t.Errorf("panic: %v", v)
					}
				}()
				g.Do(t.Context(), "k", func(context.Context) (string, error) { panic("broken") })
			})
		}
		wg.Wait()
		if _, err := g.Do(t.Context(), "k", func(context.Context) (string, error) {
			runtime.Goexit() // as testing.T.FailNow does
			return "", nil
		}); err == nil {
			t.Error("a goroutine that ended is no error")
		}
		var calls atomic.Int32
		if v, err := g.Do(t.Context(), "k", slow(&calls)); v != "value 1" || err != nil {
			t.Errorf("after that: %q, %v", v, err)
		}
	})
}
