package listen_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe/listen"
)

func TestWithDefaults(t *testing.T) {
	tests := []struct {
		name     string
		in, want listen.Limits
	}{
		{"zero", listen.Limits{MaxConns: 7}, listen.Limits{ // the default of MaxConns depends on the system
			LineTimeout: 15 * time.Second, HandshakeTimeout: 10 * time.Second, StallTimeout: time.Minute, HalfClosedTimeout: 5 * time.Minute,
			MinRate: 30, MaxLine: 2048, MaxConns: 7, MaxConnsPerAddr: math.MaxInt, SendBuffer: 128 << 10,
			LingerTimeout: 2 * time.Second, LingerBytes: 256 << 10, Grace: 10 * time.Second,
		}},
		{"negative", listen.Limits{
			LineTimeout: -1, HandshakeTimeout: -1, StallTimeout: -1, HalfClosedTimeout: -1, MinRate: -2, MaxLine: -2, MaxConns: -1,
			MaxConnsPerAddr: -1, SendBuffer: -2, LingerTimeout: -1, LingerBytes: -1, Grace: -1,
		}, listen.Limits{
			LineTimeout: math.MaxInt64, HandshakeTimeout: math.MaxInt64, StallTimeout: math.MaxInt64, HalfClosedTimeout: math.MaxInt64,
			MinRate: -1, MaxLine: -1, MaxConns: math.MaxInt, MaxConnsPerAddr: math.MaxInt, SendBuffer: -1,
			LingerTimeout: math.MaxInt64, LingerBytes: math.MaxInt64, Grace: math.MaxInt64,
		}},
	}
	for _, tt := range tests {
		got := tt.in.WithDefaults()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(got, got.WithDefaults()); diff != "" {
			t.Errorf("%s, applied twice:\n%s", tt.name, diff)
		}
	}
	if got := (listen.Limits{}).WithDefaults().MaxConns; got < 1 || got > 16_384 {
		t.Errorf("MaxConns is %d by default", got)
	}
}
