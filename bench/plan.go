package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The names of contenders that the report refers to.
const (
	loopName     = "bare loop"
	cLoopName    = "bare loop in C"
	sendfileName = "bare sendfile"
	copyName     = "copy by way of 32 KB"
)

// A plan knows how the contenders are started, and how long a measurement takes.
type plan struct {
	site  *site
	self  string // this program
	cLoop string // the loop in C; "" without a compiler
	turn  time.Duration
	short bool
}

// bare is a server that knows nothing but the bytes of the answer to w.
func (p *plan) bare(name, kind string, w work) contender {
	return contender{name, []string{p.self, serveWord, kind, filepath.Join(p.site.dir, w.bare)}}
}

// app is gopherframe in a mode, with routes.
func (p *plan) app(m mode, transport string, routes int) contender {
	return contender{contenderName(m, routes), []string{p.self, serveWord, "gopherframe", p.site.dir, transport, m.name, strconv.Itoa(routes)}}
}

// contenderName is the title of a mode, with the number of routes if it is not the usual one.
func contenderName(m mode, routes int) string {
	if routes == usualRoutes {
		return m.title
	}
	return m.title + ", " + thousands(routes) + " routes"
}

// loops are the bare loops, in Go and, if there is a compiler, in C.
func (p *plan) loops(w work) []contender {
	all := []contender{p.bare(loopName, "loop", w)}
	if p.cLoop != "" {
		all = append(all, contender{cLoopName, []string{p.cLoop, filepath.Join(p.site.dir, w.bare)}})
	}
	return all
}

// in adds the server in the modes of a use.
func (p *plan) in(u use, all []contender) []contender {
	for _, m := range modes {
		if m.use == u {
			all = append(all, p.app(m, "tcp", usualRoutes))
		}
	}
	return all
}

const (
	usualRoutes = 10
	manyRoutes  = 10_000
)

// concurrency is how many connections are open at a time in the experiments on the small text.
func (p *plan) concurrency() []int {
	if p.short {
		return []int{1, 64}
	}
	return []int{1, 64, 512, 4096}
}

// smallName is the name of the experiment on the small text.
func smallName(atATime int) string { return "small text, " + thousands(atATime) + " at a time" }

// thousands formats a number below a million as people do.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// stepsAt is the concurrency at which the server is measured without each step.
const stepsAt = 64

// experiments returns all experiments, in the order of the report.
func (p *plan) experiments() []*experiment {
	var all []*experiment
	for _, n := range p.concurrency() {
		contenders := p.in(everywhere, p.loops(p.site.small))
		if n == stepsAt {
			contenders = append(p.in(withoutStep, contenders), p.app(modes[0], "tcp", manyRoutes))
		}
		all = append(all, p.onCost(smallName(n), p.site.small, "tcp", n, contenders))
	}
	all = append(all, p.onContent()...)
	all = append(all, p.onTransports()...)
	all = append(all, p.onMemory()...)
	return append(all, p.onTails()...)
}

// onCost is an experiment on CPU time, in µs.
func (p *plan) onCost(name string, w work, transport string, atATime int, contenders []contender) *experiment {
	return &experiment{
		name: name, figures: costFigures("µs"), ratios: true, contenders: contenders,
		measure: cost(w, transport, atATime, p.turn, time.Microsecond),
	}
}

// compileC compiles the loop in C. It returns "" and no error if there is no compiler.
func compileC(dir string) (string, error) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		return "", nil
	}
	source, program := filepath.Join(dir, "loop.c"), filepath.Join(dir, "loop")
	if err := os.WriteFile(source, loopSource, 0o644); err != nil {
		return "", err
	}
	if out, err := exec.Command(gcc, "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("gcc: %w\n%s", err, out)
	}
	return program, nil
}
