// Package panics takes a panic from the goroutine in which it happened to another,
// with its stack.
package panics

import (
	"fmt"
	"runtime/debug"
)

// A Panic is what was recovered in one goroutine to panic with in another. As an
// error it reads like the value.
type Panic struct {
	Value any
	Stack []byte
}

// Carry returns what to panic with elsewhere instead of v. It must be called by
// the deferred function that recovered v. A *Panic stays what it is.
func Carry(v any) *Panic {
	if p, ok := v.(*Panic); ok {
		return p
	}
	return &Panic{v, debug.Stack()}
}

// Stack returns the stack of the panic with v, in whatever goroutine that was. It
// must be called by the deferred function that recovered v.
func Stack(v any) string { return string(Carry(v).Stack) }

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Unwrap returns the value if that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
