// Command bench measures gopherframe beside bare servers and other routers, and writes
// docs/performance.md and docs/performance.svg. Each server is a process of its own; they
// take turns, round after round; every answer is compared with the bytes expected; and the
// figure is the CPU time that the server needs for an exchange, as a ratio to a bare loop in
// the same round. It needs Linux.
package main

import (
	"bytes"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

//go:embed c/loop.c
var loopSource []byte

// serveWord is the first argument with which this program starts itself as a server.
const serveWord = "serve"

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	run := benchMain
	if len(os.Args) > 2 && os.Args[1] == serveWord {
		run = func() error { return serveMain(os.Args[2:]) }
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// neededFiles is how many descriptors a server must be allowed: gopherframe accepts half as
// many connections.
const neededFiles = 9000

func benchMain() error {
	short := flag.Bool("short", false, "check that everything works, with few exchanges; write nothing")
	rounds := flag.Int("rounds", 9, "rounds of each experiment")
	turn := flag.Duration("turn", 300*time.Millisecond, "time of one contender in a round")
	only := flag.String("only", "", "run only the experiments whose name matches this `regexp`; write nothing")
	docs := flag.String("o", "docs", "`directory` to write performance.md and performance.svg to")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unknown argument %q: see -help", flag.Arg(0))
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if info, err := os.Stat(*docs); !*short && *only == "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("-o: there is no directory %s: run the command in the root of the repository", *docs)
	}
	if _, err := usageOf(os.Getpid()); err != nil {
		return err
	}
	if !*short {
		if err := checkFiles(neededFiles); err != nil {
			return err
		}
	}
	big := 100 << 20
	if *short {
		*rounds, *turn, big = 1, 20*time.Millisecond, 1<<20
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted // the servers end as this process does
		os.RemoveAll(dir)
		os.Exit(1)
	}()
	p, err := newPlan(dir, big)
	if err != nil {
		return err
	}
	p.turn, p.short = *turn, *short
	if !p.has(chosen) {
		return fmt.Errorf("-only: no name matches %q; there are:\n\t%s", chosen, strings.Join(p.names(), "\n\t"))
	}
	o, err := p.run(chosen, *rounds)
	if err != nil || *short || *only != "" {
		return err
	}
	return o.write(*docs)
}

// names are what -only chooses from.
func (p *plan) names() (names []string) {
	for _, e := range p.experiments() {
		names = append(names, e.name)
	}
	return append(names, traceName, benchmarksName)
}

// has reports whether anything is chosen.
func (p *plan) has(chosen *regexp.Regexp) bool {
	return slices.ContainsFunc(p.names(), chosen.MatchString)
}

// run measures what was chosen.
func (p *plan) run(chosen *regexp.Regexp, rounds int) (*outcome, error) {
	o := &outcome{rounds: rounds, cLoop: p.cLoop != ""}
	for _, e := range p.experiments() {
		if !chosen.MatchString(e.name) {
			continue
		}
		if err := e.run(rounds); err != nil {
			return nil, err
		}
		o.experiments = append(o.experiments, e)
		p.say(e.name, e.print)
	}
	var err error
	if chosen.MatchString(traceName) {
		if o.traces, err = p.traces(); err != nil {
			return nil, fmt.Errorf("%s: %w", traceName, err)
		}
		p.say(traceName, o.reportTraces)
	}
	if chosen.MatchString(benchmarksName) {
		benchtime := "100ms"
		if p.short {
			benchtime = "1x"
		}
		if o.benchmarks, err = runGoBenchmarks(p.site.dir, rounds, benchtime); err != nil {
			return nil, err
		}
		p.say(benchmarksName, func(w io.Writer) {
			o.reportMemoryExchanges(w)
			reportBenchmarks(w, o.benchmarks)
		})
	}
	return o, nil
}

// say prints a result, but in a short run only that there is one.
func (p *plan) say(name string, print func(io.Writer)) {
	if p.short {
		fmt.Println("ok", name)
		return
	}
	print(os.Stdout)
}

// write writes the report and its picture into a directory.
func (o *outcome) write(dir string) error {
	var text, picture bytes.Buffer
	o.report(&text)
	plot(&picture, o.charts())
	if err := os.WriteFile(filepath.Join(dir, "performance.md"), text.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "performance.svg"), picture.Bytes(), 0o644)
}

// newPlan writes the files that are served, and builds the servers.
func newPlan(dir string, big int) (*plan, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s, err := newSite(dir, big)
	if err != nil {
		return nil, err
	}
	loop, err := compileC(dir)
	if loop == "" && err == nil {
		log.Print("gcc was not found: the loop in C is left out")
	}
	return &plan{site: s, self: self, cLoop: loop}, err
}
