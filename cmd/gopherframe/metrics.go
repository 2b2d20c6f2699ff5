package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gopherframe"
	"gopherframe/middleware"
)

// metrics is the middleware.Meter that counts exchanges, and the listen.Listener that
// serves the numbers to Prometheus over HTTP.
type metrics struct {
	ln       net.Listener
	registry *prometheus.Registry
	inFlight *prometheus.GaugeVec
	answers  *prometheus.CounterVec
	bytes    *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// openMetrics binds addr, the "host:port" of --metrics.
func openMetrics(addr string) (*metrics, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("--metrics %s: %w", addr, err)
	}
	m := &metrics{
		ln:       ln,
		registry: prometheus.NewRegistry(),
		inFlight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "gopherframe_in_flight", Help: "Exchanges under way.",
		}, []string{"transport"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gopherframe_exchanges_total", Help: "Exchanges that are over, by how they ended.",
		}, []string{"pattern", "type", "transport", "outcome", "host"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gopherframe_sent_bytes_total", Help: "Bytes of answers that were sent.",
		}, []string{"pattern", "type", "transport", "host"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "gopherframe_exchange_duration_seconds", Help: "Time from the request line to the last byte of the answer.",
			Buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10, 60, 600},
		}, []string{"pattern", "transport", "host"}),
	}
	m.registry.MustRegister(m.inFlight, m.answers, m.bytes, m.duration,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m, nil
}

// Begin implements middleware.Meter.
func (m *metrics) Begin(q *gopherframe.Request) context.Context {
	m.inFlight.WithLabelValues(q.Transport).Inc()
	return q.Context()
}

// End implements middleware.Meter.
func (m *metrics) End(x *middleware.Exchange) {
	q := x.Request
	m.inFlight.WithLabelValues(q.Transport).Dec()
	typ, host := x.Type().String(), noted(q) // Prometheus takes a label of "" for none
	m.answers.WithLabelValues(q.Pattern(), typ, q.Transport, string(x.Outcome()), host).Inc()
	m.bytes.WithLabelValues(q.Pattern(), typ, q.Transport, host).Add(float64(x.Sent.Bytes))
	m.duration.WithLabelValues(q.Pattern(), q.Transport, host).Observe(x.Duration.Seconds())
}

// Serve implements listen.Listener. It serves /metrics until ctx ends, and ignores the
// handler.
func (m *metrics) Serve(ctx context.Context, _ gopherframe.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		server.Close() // cuts requests short: Prometheus repeats them
	}()
	if err := server.Serve(m.ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("--metrics: %w", err)
	}
	<-stopped
	return nil
}
