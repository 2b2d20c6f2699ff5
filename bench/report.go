package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
)

// report writes the outcome as Markdown.
func (o *outcome) report(w io.Writer) {
	fmt.Fprintf(w, `# How fast it is

This file and its picture are written by one command, which measures everything in one run:

    go run ./bench

Each server is a process of its own. In each of %d rounds all servers of a table take their turn; the
values are medians, with the least and the greatest in parentheses. Every answer is compared with the
bytes that were expected. What is measured is the CPU time of the server's process, in user code and in
the kernel, and what counts is the ratio to the first server of a table in the same round: times depend
on the machine (here: %d processors, %s) and on what else it does.

- The bare loop is the least that a server in Go does: accept, a goroutine that reads a line, writes bytes
  that it has in memory, and closes. It has no limits, no deadlines, nobody who notices that a client is gone.
- The loop in C does that with one thread and epoll%s.
- gopherframe has all limits on, a Router with %d routes, and a logger that writes nothing.

![What an exchange costs](performance.svg)

`, o.rounds, runtime.NumCPU(), o.benchmarks.machine, map[bool]string{false: "; this run had no compiler for it"}[o.cLoop], usualRoutes)
	o.reportGoals(w)
	fmt.Fprint(w, "## Servers\n\n")
	for _, e := range o.experiments {
		e.print(w)
	}
	o.reportSteps(w)
	o.reportTraces(w)
	o.reportMemoryExchanges(w)
	reportBenchmarks(w, o.benchmarks)
}

func (o *outcome) reportGoals(w io.Writer) {
	fmt.Fprint(w, "## What was to be reached\n\n| figure | at most | measured | |\n|---|--:|--:|---|\n")
	for _, g := range goals {
		s := g.value(o)
		verdict := "reached"
		m, ok := s.median()
		if !ok {
			continue
		}
		if m > g.most {
			verdict = "**missed**"
		}
		fmt.Fprintf(w, "| %s | "+g.format+" | %s | %s |\n", g.what, g.most, s.spread(g.format), verdict)
	}
	fmt.Fprint(w, "\n")
}

// reportSteps says what an exchange costs without each step that makes it cheaper.
func (o *outcome) reportSteps(w io.Writer) {
	e := o.experiment(smallName(stepsAt))
	whole := e.of(titleOf("default"), figCost)
	fmt.Fprintf(w, `## What each step gives

The small text, %d at a time: CPU time of an exchange without one step, less that with all of them. Each is
left out by the public API only.

| step | how it is left out | µs an exchange | ratio without it |
|---|---|--:|--:|
`, stepsAt)
	for _, m := range modes {
		if m.step != "" {
			fmt.Fprintf(w, "| %s | %s | %s | %s |\n", m.step, m.title, e.of(m.title, figCost).minus(whole).spread("%+.1f"), e.ratio(m.title).text("%.2f"))
		}
	}
	fmt.Fprint(w, "\n")
}

// reportTraces shows the system calls of an exchange.
func (o *outcome) reportTraces(w io.Writer) {
	fmt.Fprint(w, "## System calls\n\n")
	if len(o.traces) == 0 || o.traces[0].err != nil {
		fmt.Fprint(w, "strace was not installed in this run.\n\n")
		return
	}
	fmt.Fprint(w, "What strace shows of one exchange, from the accept4 that returns the connection to its close: calls on\n",
		"descriptors and sockets, of all threads.\n\n| server | system calls |\n|---|--:|\n")
	for _, t := range o.traces {
		fmt.Fprintf(w, "| %s | %d |\n", t.name, len(t.calls))
	}
	fmt.Fprintf(w, "\n%s:\n\n    %s\n\n", upper(o.traces[0].name), strings.Join(o.traces[0].calls, "\n    "))
}

// memoryExchanges are the Go benchmarks of an exchange in memory.
var memoryExchanges = []struct{ name, title string }{
	{"part=line", "reading the line, an answer without a byte"},
	{"part=route", "finding the route and calling the handler, alone"},
	{"answer=small", "small text, whole"},
	{"answer=menu", "menu of 100 ready items, whole"},
	{"answer=page", "text file of 10 KB, whole"},
	{"answer=listing", "automatic menu of 1,000 files, whole"},
}

func (o *outcome) reportMemoryExchanges(w io.Writer) {
	fmt.Fprint(w, "## Exchanges in memory\n\n`gopherframe.Serve` without a network, with the same routes and files.\n\n",
		"| exchange | ns | allocations | bytes allocated |\n|---|--:|--:|--:|\n")
	for _, x := range memoryExchanges {
		name := "Exchange/" + x.name
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", x.title, o.benchmarks.ns("%s", name).spread("%.0f"),
			o.benchmarks.of(name, "allocs/op").text("%.0f"), o.benchmarks.of(name, "B/op").text("%.0f"))
	}
	fmt.Fprint(w, "\n")
}
