package main

import (
	"errors"
	"fmt"
	"time"
)

// A contender is a server that takes part in an experiment.
type contender struct {
	name    string
	command []string
}

// A figure is one thing that an experiment measures.
type figure struct {
	name   string
	format string // for values, such as "%.1f"
}

// An experiment has contenders do the same work in turn, round after round.
type experiment struct {
	name       string
	figures    []figure
	contenders []contender // the first is the reference of ratios, if ratios is set
	ratios     bool
	fresh      bool // a new process for each measurement
	measure    func(*process) ([]float64, error)

	results map[string][]series // by contender, then by figure
}

// of returns a figure of a contender: nothing if it did not take part.
func (e *experiment) of(contender string, fig int) series {
	if all := e.results[contender]; all != nil {
		return all[fig]
	}
	return nil
}

// ratio returns the first figure of a contender divided by that of the first contender.
func (e *experiment) ratio(contender string) series {
	return e.of(contender, 0).over(e.of(e.contenders[0].name, 0))
}

// run makes the rounds.
func (e *experiment) run(rounds int) (err error) {
	e.results = map[string][]series{}
	running := map[string]*process{}
	defer func() {
		for _, p := range running {
			err = errors.Join(err, p.stop())
		}
	}()
	for range rounds {
		for _, c := range e.contenders {
			if err := e.turn(c, running); err != nil {
				return fmt.Errorf("%s: %s: %w", e.name, c.name, err)
			}
		}
	}
	return nil
}

// turn measures a contender once.
func (e *experiment) turn(c contender, running map[string]*process) error {
	p := running[c.name]
	if p == nil {
		var err error
		if p, err = start(c.command...); err != nil {
			return err
		}
		running[c.name] = p
	}
	values, err := e.measure(p)
	if err != nil {
		return err
	}
	if e.fresh {
		delete(running, c.name)
		if err := p.stop(); err != nil {
			return err
		}
	}
	if e.results[c.name] == nil {
		e.results[c.name] = make([]series, len(e.figures))
	}
	for i, v := range values {
		e.results[c.name][i] = append(e.results[c.name][i], v)
	}
	return nil
}

// The figures of experiments on CPU time.
const (
	figCost   = iota // µs of the server's CPU time an exchange
	figSystem        // the part of that in the kernel
)

// costFigures are the figures of cost, in the unit given: "µs" or "ms".
func costFigures(unit string) []figure {
	format := "%.1f"
	if unit == "ms" {
		format = "%.3f"
	}
	return []figure{{unit + " an exchange", format}, {"of it in the kernel", format}}
}

// settling is the time for a server to end what clients no longer wait for.
const settling = 20 * time.Millisecond

// cost returns a function that measures the CPU time that a server needs for an exchange,
// in the unit given.
func cost(w work, transport string, atATime int, d, unit time.Duration) func(*process) ([]float64, error) {
	return func(p *process) ([]float64, error) {
		c, err := newClient(transport, p.addr)
		if err != nil {
			return nil, err
		}
		defer c.close()
		if _, err := c.run(w, min(atATime, 64), d/10); err != nil { // so that all is warm
			return nil, err
		}
		time.Sleep(settling)
		before, err := usageOf(p.pid())
		if err != nil {
			return nil, err
		}
		n, err := c.run(w, atATime, d)
		if err != nil {
			return nil, err
		}
		time.Sleep(settling)
		after, err := usageOf(p.pid())
		if err != nil {
			return nil, err
		}
		each := float64(after.cpu-before.cpu) / float64(n) / float64(unit)
		user, system := after.user-before.user, after.system-before.system
		return []float64{each, each * float64(system) / float64(max(1, user+system))}, nil
	}
}
