package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// requested is how many different paths a benchmark asks for, in random order.
const requested = 1 << 12

func BenchmarkRouters(b *testing.B) {
	for _, kind := range []struct {
		name  string
		param bool
	}{{"param", true}, {"literal", false}} {
		for _, n := range []int{10, 1000, 10_000} {
			routes, all := table(n, kind.param)
			order := rand.New(rand.NewPCG(1, 2))
			paths := make([]string, requested)
			for i := range paths {
				paths[i] = all[order.IntN(n)]
			}
			for _, c := range contenders {
				b.Run(fmt.Sprintf("kind=%s/routes=%d/router=%s", kind.name, n, c.name), func(b *testing.B) {
					if c.name == "regexp scan" && n > 1000 || c.name == "gorilla" && n > 1000 {
						b.Log("slow")
					}
					ask := c.build(routes, paths)
					b.ReportAllocs()
					i := 0
					for b.Loop() {
						ask(i & (requested - 1))
						i++
					}
				})
			}
		}
	}
}
