package main

import (
	"fmt"
	"io"
)

// routerResult returns the name of a result of BenchmarkRouters.
func routerResult(kind string, routes int, router string) string {
	return fmt.Sprintf("Routers/kind=%s/routes=%d/router=%s", kind, routes, router)
}

var (
	routers = []string{"gopherframe", "bunrouter", "httprouter", "chi", "ServeMux", "gorilla", "regexp scan"}
	sizes   = []int{10, 1000, 10_000}
)

// reportBenchmarks writes what the Go benchmarks have measured of routers and middleware.
func reportBenchmarks(w io.Writer, r goResults) {
	fmt.Fprint(w, `## Routers

These are Go benchmarks in one process. Each asks for 4,096 paths that are spread over all routes at random,
so with 10,000 routes the table does not fit into the nearest caches.

`)
	for _, kind := range []struct{ name, title string }{
		{"param", "Routes with a parameter: `sN/hello/(?P<name>.+)`, elsewhere `/sN/hello/:name`"},
		{"literal", "Literal routes: `sN/hello/about.txt`"},
	} {
		reportRouters(w, r, kind.name, kind.title)
	}
	reportPrefixless(w, r)
	fmt.Fprintf(w, `## Registering and memory

Registering 10,000 routes, a quarter each of literals, placeholders, simple expressions and
expressions for RE2, with all checks for refusals: %s ms. The table then takes %s bytes a
route, most of it for the expressions that RE2 has compiled.

## Middleware

A handler inside of Recoverer, GopherPlus, HTTPCourtesy, RedirectURL and MaxLine takes %s ns and %s
allocations more than alone. With a Logger in place of the last, writing text to nowhere, a
whole exchange in memory has %s allocations more.
`, r.ns("Register").times(1e-6).text("%.0f"), r.of("Register", "bytes/route").text("%.0f"),
		stackCost(&outcome{benchmarks: r}).text("%.0f"),
		r.of("Stack/handler=five", "allocs/op").minus(r.of("Stack/handler=bare", "allocs/op")).text("%.0f"),
		r.of("Logger/handler=five", "allocs/op").minus(r.of("Logger/handler=bare", "allocs/op")).text("%.0f"))
}

func reportRouters(w io.Writer, r goResults, kind, title string) {
	fmt.Fprintf(w, "### %s\n\nNanoseconds a request, and in parentheses the ratio to gopherframe.\n\n", title)
	fmt.Fprint(w, "| router | 10 routes | 1,000 routes | 10,000 routes | allocations |\n|---|--:|--:|--:|--:|\n")
	for _, router := range routers {
		fmt.Fprintf(w, "| %s |", router)
		for _, n := range sizes {
			ns := r.ns("%s", routerResult(kind, n, router))
			fmt.Fprintf(w, " %s (%s) |", ns.text("%.0f"), ns.over(r.ns("%s", routerResult(kind, n, routers[0]))).text("%.2f"))
		}
		fmt.Fprintf(w, " %s |\n", r.of(routerResult(kind, 10_000, router), "allocs/op").text("%.0f"))
	}
	fmt.Fprint(w, "\n")
}

func reportPrefixless(w io.Writer, r goResults) {
	counts := []int{0, 1, 10, 100}
	fmt.Fprint(w, "### Patterns without a text to begin with\n\n",
		"They are tried for every selector that no earlier route matches, so the cost grows with\n",
		"their number, and with nothing else. Nanoseconds a request for a route that is registered\n",
		"behind them, among 1,000 others:\n\n| such patterns |")
	for _, n := range counts {
		fmt.Fprintf(w, " %d |", n)
	}
	fmt.Fprint(w, " each |\n|---|--:|--:|--:|--:|--:|\n")
	for _, kind := range []struct{ name, title string }{
		{"program", "`{x...}.N`, decided in one pass"},
		{"regexp", "`(?P<x>.*)/(?P<y>[^/]+)/N`, left to RE2 if the end fits"},
		{"open", "`(?P<x>.*)/(?P<y>[^/]+)/N.*`, left to RE2"},
	} {
		fmt.Fprintf(w, "| %s |", kind.title)
		result := func(n int) series { return r.ns("Prefixless/kind=%s/patterns=%d", kind.name, n) }
		for _, n := range counts {
			fmt.Fprintf(w, " %s |", result(n).text("%.0f"))
		}
		fmt.Fprintf(w, " %s |\n", result(100).minus(result(0)).times(0.01).text("%.0f"))
	}
	fmt.Fprint(w, "\n")
}
