// Package bench compares routers, listeners, and gopherframe with itself. It only reports:
//
//	for i in $(seq 9); do go test -run '^$' -bench . -benchtime 300ms .; done > results.txt
//	go run ./table < results.txt > ../docs/performance.md
package bench

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"testing"

	"gopherframe"
)

// requested is how many different paths a benchmark asks for in turn. They are
// spread over the whole table at random, so that with 10,000 routes most of it is
// not in the nearest cache.
const requested = 1 << 12

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
			for _, c := range contenders {
				b.Run(fmt.Sprintf("kind=%s/routes=%d/router=%s", kind.name, n, c.name), func(b *testing.B) {
					measure(b, c.build(routes, paths))
				})
			}
		}
	}
}

func measure(b *testing.B, ask func(i int)) {
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ask(i & (requested - 1))
		i++
	}
}

// BenchmarkFallback asks for one route that RE2 has to decide, among 10,000, and
// RE2 for that expression alone.
func BenchmarkFallback(b *testing.B) {
	const selector = "s5000/report-of-the-year-2026"
	r := gopherframe.NewRouter()
	for i := range 10_000 {
		r.Handle(fmt.Sprintf("s%d/(?P<a>.+)-(?P<b>.+)", i), func(q *gopherframe.Request) gopherframe.Response {
			sink = q.Param("b")
			return answer
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

// BenchmarkPrefixless mixes patterns without a text to begin with among 1,000
// others, before the one that is asked for. Each has to be tried.
func BenchmarkPrefixless(b *testing.B) {
	for _, n := range []int{0, 1, 10, 100} {
		for _, kind := range []struct{ name, pattern string }{
			{"program", "{x...}.%d"},                // decided in one pass
			{"regexp", "(?P<x>.*)/(?P<y>[^/]+)/%d"}, // left to RE2 if the end fits
			{"open", "(?P<x>.*)/(?P<y>[^/]+)/%d.*"}, // left to RE2
		} {
			r := gopherframe.NewRouter()
			constant := func(*gopherframe.Request) gopherframe.Response { return answer }
			for i := range n {
				r.Handle(fmt.Sprintf(kind.pattern, i), constant)
			}
			for i := range 1000 {
				r.Handle(fmt.Sprintf("s%d/hello/{name}", i), constant)
			}
			q := &gopherframe.Request{Selector: "s500/hello/gopher"}
			b.Run(fmt.Sprintf("kind=%s/patterns=%d", kind.name, n), func(b *testing.B) {
				measure(b, func(int) { r.Respond(q) })
			})
		}
	}
}

// mixed registers n routes of all kinds, checks for refusals included.
func mixed(n int) *gopherframe.Router {
	r := gopherframe.NewRouter()
	constant := func(*gopherframe.Request) gopherframe.Response { return answer }
	for i := range n / 4 {
		r.Handle(fmt.Sprintf("s%d/about.txt", i), constant)
		r.Handle(fmt.Sprintf("s%d/post/{id}", i), constant)
		r.Handle(fmt.Sprintf("s%d/hello/(?P<name>.+)", i), constant)
		r.Handle(fmt.Sprintf("s%d/(?P<a>.+)-(?P<b>.+)", i), constant)
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
