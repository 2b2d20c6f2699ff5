// Package flight makes values that several callers want at the same time once for all of
// them, and stops when none of them waits any longer. (Package singleflight of
// golang.org/x/sync does not know who still waits, and a panic there ends the process.)
package flight

import (
	"context"
	"errors"
	"sync"

	"gopherframe/internal/panics"
)

// A Group makes values for keys, at most AtOnce of them at a time. The zero Group works
// and has no such limit. AtOnce must not be changed once Do was called.
type Group[K comparable, V any] struct {
	AtOnce int

	mu      sync.Mutex // guards the fields below
	flights map[K]*flight[V]
	slots   chan struct{} // an element for each value in the making; nil: no limit
}

// A flight is the making of one value.
type flight[V any] struct {
	cancel  context.CancelFunc
	waiting int // callers; guarded by Group.mu

	done     chan struct{} // closed when the fields below are set
	value    V
	err      error
	panicked *panics.Panic
}

// Do returns what the function create returns for the key. Callers with an equal key at
// the same time share one call of it, which runs in a goroutine of its own; if it panics,
// all of them do. Its context has the values of the first caller's, and ends when no
// caller waits any longer. If ctx ends first, Do returns its cause.
func (g *Group[K, V]) Do(ctx context.Context, key K, create func(context.Context) (V, error)) (V, error) {
	f := g.join(ctx, key, create)
	select {
	case <-f.done:
		if f.panicked != nil {
			panic(f.panicked)
		}
		return f.value, f.err
	case <-ctx.Done():
		g.leave(key, f)
		var none V
		return none, context.Cause(ctx)
	}
}

// join returns the flight for key, a new one if there is none.
func (g *Group[K, V]) join(ctx context.Context, key K, create func(context.Context) (V, error)) *flight[V] {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.flights[key]
	if f == nil {
		if g.flights == nil {
			g.flights = map[K]*flight[V]{}
			if g.AtOnce > 0 {
				g.slots = make(chan struct{}, g.AtOnce)
			}
		}
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight[V]{cancel: cancel, done: make(chan struct{})}
		g.flights[key] = f
		go g.fly(ctx, key, f, create)
	}
	f.waiting++
	return f
}

// fly makes the value as soon as there is a slot.
func (g *Group[K, V]) fly(ctx context.Context, key K, f *flight[V], create func(context.Context) (V, error)) {
	defer f.cancel()
	defer close(f.done)
	defer g.forget(key, f)
	if g.slots != nil {
		select {
		case g.slots <- struct{}{}:
			defer func() { <-g.slots }()
		case <-ctx.Done():
			f.err = context.Cause(ctx)
			return
		}
	}
	defer func() {
		if v := recover(); v != nil {
			f.panicked = panics.Carry(v)
		}
	}()
	f.err = errEnded
	f.value, f.err = create(ctx)
}

// errEnded is the error of a value whose create ended its goroutine.
var errEnded = errors.New("the goroutine ended")

// leave notes that a caller does not wait any longer. After the last one the flight is
// called off.
func (g *Group[K, V]) leave(key K, f *flight[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		g.remove(key, f)
		f.cancel()
	}
}

// forget lets the next caller with the key begin a new flight.
func (g *Group[K, V]) forget(key K, f *flight[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.remove(key, f)
}

// remove removes f unless another flight has its key by now. The caller holds g.mu.
func (g *Group[K, V]) remove(key K, f *flight[V]) {
	if g.flights[key] == f {
		delete(g.flights, key)
	}
}
