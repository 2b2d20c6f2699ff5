package main

// A goal is a figure that should not be exceeded.
type goal struct {
	what   string
	most   float64
	format string // for the figure and for most, such as "%.2f"
	value  func(*outcome) series
}

// An outcome is what a run has measured.
type outcome struct {
	rounds      int
	experiments []*experiment
	benchmarks  goResults
	traces      []traced
	cLoop       bool // there was a compiler for it
}

// experiment returns the experiment of that name: an empty one if there is none.
func (o *outcome) experiment(name string) *experiment {
	for _, e := range o.experiments {
		if e.name == name {
			return e
		}
	}
	return &experiment{contenders: []contender{{}}}
}

// ratio is the CPU time of an exchange in a mode against that of the reference.
func ratio(experiment, mode string) func(*outcome) series {
	return func(o *outcome) series { return o.experiment(experiment).ratio(titleOf(mode)) }
}

// value is a figure of a mode, in the unit given.
func value(experiment, mode string, fig int, unit float64) func(*outcome) series {
	return func(o *outcome) series { return o.experiment(experiment).of(titleOf(mode), fig).times(1 / unit) }
}

// nsRatio is the time of one Go benchmark against that of another.
func nsRatio(name, reference string) func(*outcome) series {
	return func(o *outcome) series { return o.benchmarks.ns("%s", name).over(o.benchmarks.ns("%s", reference)) }
}

// goals are the figures that the report holds to what was to be reached.
var goals = []goal{
	{"small text, 1 at a time, against a bare loop", 0.70, "%.2f", ratio(smallName(1), "default")},
	{"small text, 64 at a time", 0.62, "%.2f", ratio(smallName(64), "default")},
	{"small text, 512 at a time", 0.62, "%.2f", ratio(smallName(512), "default")},
	{"small text, 64 at a time, a goroutine for each client", 0.75, "%.2f", ratio(smallName(64), "goroutines")},
	{"small text, 512 at a time, a goroutine for each client", 0.75, "%.2f", ratio(smallName(512), "goroutines")},
	{"small text, 64 at a time, any other net.Listener", 1.15, "%.2f", ratio(smallName(64), "foreign")},
	{"menu of 100 ready items against a bare loop that writes the same bytes", 0.90, "%.2f", ratio(menuName, "default")},
	{"text file of 10 KB, kept, against a bare sendfile loop", 0.75, "%.2f", ratio(pageName, "cached")},
	{"text of 100 MB against a copy by way of 32 KB", 1.5, "%.2f", ratio(bigTextName, "default")},
	{"memory for it, KB", 128, "%.0f", value(peakName, "default", 0, 1<<10)},
	{"binary of 100 MB against a bare sendfile loop", 1.00, "%.2f", ratio(bigBinaryName, "default")},
	{"automatic menu of 1,000 files, made anew, ms", 0.75, "%.2f", value(directoryName, "unkept", figCost, 1)},
	{"automatic menu of 1,000 files, kept, ms", 0.10, "%.2f", value(keptName, "cached", figCost, 1)},
	{"idle connection before its line, KB", 1, "%.1f", value(idleName, "default", 0, 1<<10)},
	{"the same with a goroutine for each client, KB", 3.5, "%.1f", value(idleName, "goroutines", 0, 1<<10)},
	{"TLS, a new handshake each, against bare crypto/tls", 1.05, "%.2f", ratio(tlsName, "default")},
	{"QUIC on a kept connection against bare quic-go", 1.15, "%.2f", ratio(quicName, "default")},
	{"a page of a menu of 100 items over HTTP against its bytes from bare net/http", 1.5, "%.2f", nsRatio("Web/server=kept", "Web/server=bare")},
	{"`{name}` among 10,000 routes, always the same, against bunrouter's `:name`", 0.80, "%.2f",
		nsRatio("Hot/router=gopherframe", "Hot/router=bunrouter")},
	{"allocations for a selector that none of 10,000 routes matches", 0, "%.0f",
		func(o *outcome) series { return o.benchmarks.of("Unmatched", "allocs/op") }},
	{"`sN/hello/(?P<name>.+)` against bunrouter's `:name`, 10,000 routes", 0.8, "%.2f",
		nsRatio(routerResult("param", 10_000, "gopherframe"), routerResult("param", 10_000, "bunrouter"))},
	{"literals against bunrouter's static routes, 10,000 routes", 1.0, "%.2f",
		nsRatio(routerResult("literal", 10_000, "gopherframe"), routerResult("literal", 10_000, "bunrouter"))},
	{"10,000 routes with a parameter against 10", 2.5, "%.2f",
		nsRatio(routerResult("param", 10_000, "gopherframe"), routerResult("param", 10, "gopherframe"))},
	{"10,000 literal routes against 10", 2.5, "%.2f",
		nsRatio(routerResult("literal", 10_000, "gopherframe"), routerResult("literal", 10, "gopherframe"))},
	{"an expression for RE2 among 10,000 against RE2 for it alone", 1.3, "%.2f",
		nsRatio("Fallback/with=index", "Fallback/with=regexp")},
	{"registering 10,000 mixed routes, checks included, ms", 150, "%.0f",
		func(o *outcome) series { return o.benchmarks.ns("Register").times(1e-6) }},
	{"five middlewares around a handler, ns more", 150, "%.0f", stackCost},
}

// stackCost is the nanoseconds that five middlewares take.
func stackCost(o *outcome) series {
	return o.benchmarks.ns("Stack/handler=five").minus(o.benchmarks.ns("Stack/handler=bare"))
}
