// Command bench measures gopherframe beside bare servers and other routers, and writes
// docs/performance.md and docs/performance.svg. Each server is a process of its own; they
// take turns, round after round; every answer is compared with the bytes expected; and the
// figure is the CPU time that the server needs for an exchange, as a ratio to a bare loop in
// the same round. It needs Linux.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
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

func benchMain() (err error) {
	short := flag.Bool("short", false, "check that everything works, with few exchanges; write nothing")
	rounds := flag.Int("rounds", 9, "rounds of each experiment")
	turn := flag.Duration("turn", 300*time.Millisecond, "time of one contender in a round")
	only := flag.String("only", "", "run only the experiments whose name matches this `regexp`; write nothing")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unknown argument %q: see -help", flag.Arg(0))
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if _, err := usageOf(os.Getpid()); err != nil {
		return err
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
	p, err := newPlan(dir, big)
	if err != nil {
		return err
	}
	p.turn, p.short = *turn, *short
	all := p.experiments()
	for _, e := range all {
		if !chosen.MatchString(e.name) {
			continue
		}
		if err := e.run(*rounds); err != nil {
			return err
		}
		if *short {
			fmt.Println("ok", e.name)
		} else {
			e.print(os.Stdout)
		}
	}
	return nil
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

// print writes the results of an experiment as a table of Markdown.
func (e *experiment) print(w io.Writer) {
	fmt.Fprintf(w, "### %s\n\n| server |", upper(e.name))
	for _, f := range e.figures {
		fmt.Fprintf(w, " %s |", f.name)
	}
	if e.ratios {
		fmt.Fprint(w, " against the first |")
	}
	fmt.Fprint(w, "\n|---|")
	for range e.figures {
		fmt.Fprint(w, "--:|")
	}
	if e.ratios {
		fmt.Fprint(w, "--:|")
	}
	fmt.Fprintln(w)
	for _, c := range e.contenders {
		fmt.Fprintf(w, "| %s |", c.name)
		for i, f := range e.figures {
			if i == figSystem && e.ratios {
				fmt.Fprintf(w, " %s |", e.of(c.name, i).text(f.format))
				continue
			}
			fmt.Fprintf(w, " %s |", e.of(c.name, i).spread(f.format))
		}
		if e.ratios {
			fmt.Fprintf(w, " %s |", e.ratio(c.name).spread("%.2f"))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// upper makes the first letter of an ASCII text a capital.
func upper(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
