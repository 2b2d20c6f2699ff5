package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"testing"

	"gopherframe"
)

// requested is how many paths a benchmark asks for in turn; measure needs a power of two.
// They are chosen from the whole table at random, so that the part of a large table that
// a request needs is often not in the processor's nearest cache.
const requested = 1 << 12

// pick returns requested paths out of all, the same in every run.
func pick(all []string) []string {
	random := rand.New(rand.NewPCG(1, 2))
	paths := make([]string, requested)
	for i := range paths {
		paths[i] = all[random.IntN(len(all))]
	}
	return paths
}

func BenchmarkRouters(b *testing.B) {
	for _, kind := range []struct {
		name  string
		param bool
	}{{"param", true}, {"literal", false}} {
		for _, n := range []int{10, 1000, 10_000} {
			routes, all := table(n, kind.param)
			paths := pick(all)
			for _, c := range rivals {
				b.Run(fmt.Sprintf("kind=%s/routes=%d/router=%s", kind.name, n, c.name), func(b *testing.B) {
					measure(b, c.build(routes, paths))
				})
			}
		}
	}
}

// measure calls ask with the numbers of the paths, round and round.
func measure(b *testing.B, ask func(i int)) {
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ask(i & (requested - 1))
		i++
	}
}

// BenchmarkHot asks a router with 10,000 routes for the same one again and again.
func BenchmarkHot(b *testing.B) {
	routes, paths := table(10_000, true)
	hot := paths[5000:5001]
	for _, c := range []rival{{"gopherframe", gopherframeWith("{name}")}, rivals[1]} {
		b.Run("router="+c.name, func(b *testing.B) {
			ask := c.build(routes, hot)
			measure(b, func(int) { ask(0) })
		})
	}
}

// BenchmarkUnmatched asks a router with 10,000 routes for what none of them matches.
func BenchmarkUnmatched(b *testing.B) {
	routes, _ := table(10_000, true)
	ask := gopherframeWith("{name}")(routes, []string{"elsewhere/hello/gopher"})
	measure(b, func(int) { ask(0) })
}

// BenchmarkFallback asks a router with 10,000 routes for one that only package regexp can
// match, and compares that with package regexp and this one expression.
func BenchmarkFallback(b *testing.B) {
	const selector = "s5000/report-of-the-year-2026"
	r := gopherframe.NewRouter()
	for i := range 10_000 {
		r.Handle(fmt.Sprintf("s%d/(?P<a>.+)-(?P<b>.+)", i), func(q *gopherframe.Request) gopherframe.Response {
			sink = q.Param("b")
			return constant
		})
	}
	q := &gopherframe.Request{Selector: selector}
	alone := regexp.MustCompile(`\A(?:s5000/(?P<a>.+)-(?P<b>.+))\z`)
	b.Run("with=index", func(b *testing.B) {
		measure(b, func(int) { r.Respond(q) })
	})
	b.Run("with=regexp", func(b *testing.B) {
		measure(b, func(int) {
			found := alone.FindStringSubmatchIndex(selector)
			sink = selector[found[4]:found[5]]
		})
	})
}

// BenchmarkPrefixless registers patterns that do not begin with literal text before 1,000
// others, one of which it asks for. The index cannot skip the former: each is tried.
func BenchmarkPrefixless(b *testing.B) {
	for _, n := range []int{0, 1, 10, 100} {
		for _, kind := range []struct{ name, pattern string }{
			{"program", "{x...}.%d"},                // matched in one pass, without package regexp
			{"regexp", "(?P<x>.*)/(?P<y>[^/]+)/%d"}, // matched by package regexp if the literal end fits
			{"open", "(?P<x>.*)/(?P<y>[^/]+)/%d.*"}, // matched by package regexp
		} {
			r := gopherframe.NewRouter()
			same := func(*gopherframe.Request) gopherframe.Response { return constant }
			for i := range n {
				r.Handle(fmt.Sprintf(kind.pattern, i), same)
			}
			for i := range 1000 {
				r.Handle(fmt.Sprintf("s%d/hello/{name}", i), same)
			}
			q := &gopherframe.Request{Selector: "s500/hello/gopher"}
			b.Run(fmt.Sprintf("kind=%s/patterns=%d", kind.name, n), func(b *testing.B) {
				measure(b, func(int) { r.Respond(q) })
			})
		}
	}
}

// mixed registers n routes, a quarter of each kind.
func mixed(n int) *gopherframe.Router {
	r := gopherframe.NewRouter()
	same := func(*gopherframe.Request) gopherframe.Response { return constant }
	for i := range n / 4 {
		r.Handle(fmt.Sprintf("s%d/about.txt", i), same)
		r.Handle(fmt.Sprintf("s%d/post/{id}", i), same)
		r.Handle(fmt.Sprintf("s%d/hello/(?P<name>.+)", i), same)
		r.Handle(fmt.Sprintf("s%d/(?P<a>.+)-(?P<b>.+)", i), same)
	}
	return r
}

// BenchmarkRegister registers 10,000 mixed routes and answers once.
func BenchmarkRegister(b *testing.B) {
	const n = 10_000
	for b.Loop() {
		mixed(n).Respond(&gopherframe.Request{Selector: "s1/about.txt"})
	}
	b.StopTimer()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := mixed(n)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "bytes/route")
	runtime.KeepAlive(r)
}
