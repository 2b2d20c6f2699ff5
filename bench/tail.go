package main

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// tailRate is how many requests arrive a second, whatever becomes of the earlier ones.
const tailRate = 1500

// tailFigures are the percentiles of the latency of fast requests.
var tailFigures = []figure{{"p50, ms", "%.2f"}, {"p99, ms", "%.2f"}, {"p99.9, ms", "%.2f"}}

// tail returns a function that measures how long fast requests take, from the time at which
// they should be sent to the end of the answer, while a part of all requests is slow.
func tail(fast, slow work, part float64, d time.Duration) func(*process) ([]float64, error) {
	return func(p *process) ([]float64, error) {
		c, err := newClient("tcp", p.addr)
		if err != nil {
			return nil, err
		}
		if _, err := c.run(fast, 8, d/20); err != nil {
			return nil, err
		}
		latencies, err := arrivals(c, fast, slow, part, d)
		if err != nil {
			return nil, err
		}
		slices.Sort(latencies)
		at := func(q float64) float64 {
			return float64(latencies[int(q*float64(len(latencies)-1))]) / float64(time.Millisecond)
		}
		return []float64{at(0.50), at(0.99), at(0.999)}, nil
	}
}

// arrivals sends requests at their times, and returns the latencies of the fast ones.
func arrivals(c *client, fast, slow work, part float64, d time.Duration) ([]time.Duration, error) {
	var (
		mu        sync.Mutex
		latencies []time.Duration
		failed    error
		all       sync.WaitGroup
		random    = rand.New(rand.NewPCG(1, 2)) // the same slow ones for each contender
		buffers   = sync.Pool{New: func() any { return bufferFor(fast) }}
		begin     = time.Now()
	)
	for i := range int(tailRate * d.Seconds()) {
		due := begin.Add(time.Duration(i) * time.Second / tailRate)
		time.Sleep(time.Until(due))
		w, isFast := slow, random.Float64() >= part
		if isFast {
			w = fast
		}
		all.Go(func() {
			buf := buffers.Get().([]byte)
			err := c.exchange(w, buf)
			took := time.Since(due)
			buffers.Put(buf) //lint:ignore SA6002 a slice header a request is no matter here
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			} else if isFast {
				latencies = append(latencies, took)
			}
		})
	}
	all.Wait()
	return latencies, failed
}
