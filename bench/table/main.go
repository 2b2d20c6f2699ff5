// Command table reads the output of the benchmarks from standard input, and writes
// docs/performance.md to standard output. Of several runs of a benchmark it takes the
// median.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	results, err := read(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	if err := write(os.Stdout, results); err != nil {
		log.Fatal(err)
	}
}

// results are all measurements.
type results struct {
	machine string                          // the processor
	values  map[string]map[string][]float64 // of all runs, by benchmark, then by unit
}

// line matches a result: the name without "Benchmark" and the number of processors, and
// pairs of value and unit.
var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

func read(r io.Reader) (results, error) {
	res := results{values: map[string]map[string][]float64{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if cpu, ok := strings.CutPrefix(lines.Text(), "cpu: "); ok {
			res.machine = cpu
		}
		found := line.FindStringSubmatch(lines.Text())
		if found == nil {
			continue
		}
		units := res.values[found[1]]
		if units == nil {
			units = map[string][]float64{}
			res.values[found[1]] = units
		}
		fields := strings.Fields(found[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return res, fmt.Errorf("%q: %w", lines.Text(), err)
			}
			units[fields[i+1]] = append(units[fields[i+1]], value)
		}
	}
	return res, lines.Err()
}

// missing is the error for a result that the input does not have: its name and unit.
type missing string

func (m missing) Error() string {
	return fmt.Sprintf("no result for %s: run all benchmarks (go test -run '^$' -bench . .)", string(m))
}

// median returns the median of a benchmark's results. It panics with missing if there are
// none.
func (r results) median(name, unit string) float64 {
	values := slices.Sorted(slices.Values(r.values[strings.ReplaceAll(name, " ", "_")][unit]))
	if len(values) == 0 {
		panic(missing(name + " " + unit))
	}
	return values[len(values)/2]
}

// ns returns the nanoseconds of the benchmark whose name is formatted from the arguments.
func (r results) ns(name string, args ...any) float64 {
	return r.median(fmt.Sprintf(name, args...), "ns/op")
}

// A target is a ratio that should not be exceeded.
type target struct {
	what  string
	ratio func(r results) float64
	most  float64
}

// routersName formats the name of a result of BenchmarkRouters.
const routersName = "Routers/kind=%s/routes=%d/router=%s"

var targets = []target{
	{"`sN/hello/(?P<name>.+)` against bunrouter's `:name`, 10,000 routes", func(r results) float64 {
		return r.ns(routersName, "param", 10_000, "gopherframe") / r.ns(routersName, "param", 10_000, "bunrouter")
	}, 0.8},
	{"literals against bunrouter's static routes, 10,000 routes", func(r results) float64 {
		return r.ns(routersName, "literal", 10_000, "gopherframe") / r.ns(routersName, "literal", 10_000, "bunrouter")
	}, 1.0},
	{"10,000 routes with a parameter against 10", func(r results) float64 {
		return r.ns(routersName, "param", 10_000, "gopherframe") / r.ns(routersName, "param", 10, "gopherframe")
	}, 2.5},
	{"10,000 literal routes against 10", func(r results) float64 {
		return r.ns(routersName, "literal", 10_000, "gopherframe") / r.ns(routersName, "literal", 10, "gopherframe")
	}, 2.5},
	{"an expression for RE2 among 10,000 against RE2 for it alone", func(r results) float64 {
		return r.ns("Fallback/with=index") / r.ns("Fallback/with=regexp")
	}, 1.3},
	{"registering 10,000 mixed routes, checks included, in units of 150 ms", func(r results) float64 {
		return r.ns("Register") / 150e6
	}, 1.0},
	{"the page of a menu of 100 items, rendered before, against its bytes from net/http", func(r results) float64 {
		return r.ns("Web/server=kept") / r.ns("Web/server=bare")
	}, 1.5},
	{"five middlewares around a handler, in units of 150 ns", func(r results) float64 {
		return (r.ns("Stack/handler=five") - r.ns("Stack/handler=bare")) / 150
	}, 1.0},
}

var (
	routers = []string{"gopherframe", "bunrouter", "httprouter", "chi", "ServeMux", "gorilla", "regexp scan"}
	sizes   = []int{10, 1000, 10_000}
)

// write writes the report. Its error is a missing result, or that of out.
func write(out io.Writer, r results) (err error) {
	defer func() {
		if m, ok := recover().(missing); ok {
			err = m
		}
	}()
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, `# How fast it is

This file is written by the benchmarks, all in one run that does each of them nine times, in turn,
and takes the medians:

    cd bench
    for i in $(seq 9); do go test -run '^$' -bench . -benchtime 300ms .; done > results.txt
    go run ./table < results.txt > ../docs/performance.md

Times depend on the machine (here: %s) and on what else it does; what counts are the
ratios. Each benchmark of routes asks for 4,096 paths that are spread over all routes at random,
so with 10,000 routes the table does not fit into the nearest caches.

`, r.machine)
	writeTargets(w, r)
	for _, kind := range []struct{ name, title string }{
		{"param", "Routes with a parameter: `sN/hello/(?P<name>.+)`, elsewhere `/sN/hello/:name`"},
		{"literal", "Literal routes: `sN/hello/about.txt`"},
	} {
		writeRouters(w, r, kind.name, kind.title)
	}
	writePrefixless(w, r)
	fmt.Fprintf(w, `## Registering and memory

Registering 10,000 routes, a quarter each of literals, placeholders, simple expressions and
expressions for RE2, with all checks for refusals: %.0f ms. The table then takes %.0f bytes a
route, most of it for the expressions that RE2 has compiled.
`, r.ns("Register")/1e6, r.median("Register", "bytes/route"))
	writeStack(w, r)
	writeTransports(w, r)
	writeWeb(w, r)
	return w.Flush()
}

func writeStack(w io.Writer, r results) {
	fmt.Fprintf(w, `
## Middleware

A handler inside of Recoverer, GopherPlus, HTTPCourtesy, RedirectURL and MaxLine takes %.0f ns and %.0f
allocations more than alone. With a Logger in place of the last, writing text to nowhere, a
whole exchange in memory has %.0f allocations more.
`, r.ns("Stack/handler=five")-r.ns("Stack/handler=bare"),
		r.median("Stack/handler=five", "allocs/op")-r.median("Stack/handler=bare", "allocs/op"),
		r.median("Logger/handler=five", "allocs/op")-r.median("Logger/handler=bare", "allocs/op"))
}

func writeTransports(w io.Writer, r results) {
	fmt.Fprint(w, `
## Listeners

Whole exchanges on loopback, client included: a short line, an answer of 2,000 bytes, eight at a
time; over QUIC all on one connection. The other server is the barest loop over the same
library: no limits, no deadlines, nobody who notices that the client is gone, no lingering close.

| over | gopherframe, exchanges a second | bare loop | time against the bare loop |
|---|---|---|---|
`)
	for _, over := range []struct{ name, title string }{{"tcp", "TCP"}, {"tls", "TLS, a new handshake each"}, {"quic", "QUIC"}} {
		ours, bare := r.ns("Transports/over=%s/server=gopherframe", over.name), r.ns("Transports/over=%s/server=bare", over.name)
		fmt.Fprintf(w, "| %s | %.0f | %.0f | %.2f |\n", over.title, 1e9/ours, 1e9/bare, ours/bare)
	}
}

func writeWeb(w io.Writer, r results) {
	bare := r.ns("Web/server=bare")
	fmt.Fprintf(w, `
## Pages

The page of a menu of 100 items over HTTP, on kept connections, client included, takes %.2f times as long as the same
bytes from a bare handler of net/http, if it was rendered before, and %.0f times as long if it is new.
`, r.ns("Web/server=kept")/bare, r.ns("Web/server=new")/bare)
}

func writeTargets(w io.Writer, r results) {
	fmt.Fprint(w, "## What was to be reached\n\n| ratio | at most | measured |\n|---|---|---|\n")
	for _, t := range targets {
		verdict := ""
		ratio := t.ratio(r)
		if ratio > t.most {
			verdict = " (missed)"
		}
		fmt.Fprintf(w, "| %s | %.1f | %.2f%s |\n", t.what, t.most, ratio, verdict)
	}
	fmt.Fprint(w, "\n")
}

func writeRouters(w io.Writer, r results, kind, title string) {
	fmt.Fprintf(w, "## %s\n\nNanoseconds a request, and in parentheses the ratio to gopherframe.\n\n", title)
	fmt.Fprint(w, "| router | 10 routes | 1,000 routes | 10,000 routes | allocations |\n|---|---|---|---|---|\n")
	for _, router := range routers {
		fmt.Fprintf(w, "| %s |", router)
		for _, n := range sizes {
			ns := r.ns(routersName, kind, n, router)
			fmt.Fprintf(w, " %.0f (%.2f) |", ns, ns/r.ns(routersName, kind, n, "gopherframe"))
		}
		fmt.Fprintf(w, " %.0f |\n", r.median(fmt.Sprintf(routersName, kind, 10_000, router), "allocs/op"))
	}
	fmt.Fprint(w, "\n")
}

func writePrefixless(w io.Writer, r results) {
	counts := []int{0, 1, 10, 100}
	fmt.Fprint(w, "## Patterns without a text to begin with\n\n",
		"They are tried for every selector that no earlier route matches, so the cost grows with\n",
		"their number, and with nothing else. Nanoseconds a request for a route that is registered\n",
		"behind them, among 1,000 others:\n\n| such patterns |")
	for _, n := range counts {
		fmt.Fprintf(w, " %d |", n)
	}
	fmt.Fprint(w, " each |\n|---|---|---|---|---|---|\n")
	for _, kind := range []struct{ name, title string }{
		{"program", "`{x...}.N`, decided in one pass"},
		{"regexp", "`(?P<x>.*)/(?P<y>[^/]+)/N`, left to RE2 if the end fits"},
		{"open", "`(?P<x>.*)/(?P<y>[^/]+)/N.*`, left to RE2"},
	} {
		fmt.Fprintf(w, "| %s |", kind.title)
		for _, n := range counts {
			fmt.Fprintf(w, " %.0f |", r.ns("Prefixless/kind=%s/patterns=%d", kind.name, n))
		}
		first, last := r.ns("Prefixless/kind=%s/patterns=0", kind.name), r.ns("Prefixless/kind=%s/patterns=100", kind.name)
		fmt.Fprintf(w, " %.0f |\n", (last-first)/100)
	}
	fmt.Fprint(w, "\n")
}
