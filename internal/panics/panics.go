// Package panics carries a panic, with its stack, from the goroutine in which it happened
// to another one.
package panics

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// A Panic is a value that was recovered in one goroutine, for another one to panic with.
// As an error it reads like the value.
type Panic struct {
	Value any
	Stack Calls
}

// Calls are the calls of a goroutine when it panicked, each with its file and line. The
// call that panicked comes first. In JSON, and so in a JSON log, they are a list.
type Calls []string

// String returns the calls, one a line, as a text log shows them.
func (c Calls) String() string { return strings.Join(c, "\n") }

// Carry returns the value to panic with in another goroutine instead of v. The deferred
// function that recovered v must call it, so that the stack is that of the panic. If v is
// a *Panic already, Carry returns v.
func Carry(v any) *Panic {
	if p, ok := v.(*Panic); ok {
		return p
	}
	return &Panic{v, callsOf(string(debug.Stack()))}
}

// Stack returns the calls that led to the panic with v, also if Carry brought v from
// another goroutine. The deferred function that recovered v must call it.
func Stack(v any) Calls { return Carry(v).Stack }

// callsOf returns the calls in a stack as debug.Stack formats it, without those made since
// the panic.
func callsOf(stack string) Calls {
	_, stack, _ = strings.Cut(stack, "\n") // goroutine 1 [running]:
	if _, below, ok := strings.Cut("\n"+stack, "\npanic("); ok {
		_, below, _ = strings.Cut(below, "\n") // the arguments of panic
		_, stack, _ = strings.Cut(below, "\n") // its file
	}
	stack = strings.ReplaceAll(strings.TrimSpace(stack), "\n\t", " ")
	return strings.Split(stack, "\n")
}

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Unwrap returns the value if it is an error, otherwise nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
