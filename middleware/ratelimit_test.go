package middleware_test

import (
	"fmt"
	"math"
	"net/netip"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/middleware"
)

// from returns a request of the client at addr, of one without an address if addr is "".
func from(addr string) *gopherframe.Request {
	q := &gopherframe.Request{}
	if addr != "" {
		q.Remote = netip.AddrPortFrom(netip.MustParseAddr(addr), 4711)
	}
	return q
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := middleware.RateLimit(time.Second, 3)(answers(gopherframe.Text("ok")))
		began := time.Now()
		for _, tt := range []struct {
			at   time.Duration
			addr string
			ok   bool
			why  string
		}{
			{0, "192.0.2.1", true, "first of the burst"},
			{0, "192.0.2.1", true, "second"},
			{0, "192.0.2.1", true, "third"},
			{0, "192.0.2.1", false, "beyond"},
			{0, "::ffff:192.0.2.1", false, "the same client"},
			{0, "192.0.2.2", true, "another client"},
			{0, "2001:db8::1", true, "a /64"},
			{0, "2001:db8::2", true, "the same"},
			{0, "2001:db8:0:0:ffff::3", true, "the same"},
			{0, "2001:db8::4", false, "the same, beyond"},
			{0, "2001:db8:0:1::1", true, "another /64"},
			{0, "fe80::1%eth0", true, "a zone does not count"},
			{0, "fe80::1%eth1", true, ""},
			{0, "fe80::1%eth2", true, ""},
			{0, "fe80::1%eth3", false, ""},
			{999 * time.Millisecond, "192.0.2.1", false, "not yet"},
			{time.Second, "192.0.2.1", true, "one each second"},
			{time.Second, "192.0.2.1", false, "only one"},
			{2 * time.Second, "192.0.2.1", true, "refusals cost nothing"},
			{time.Hour, "192.0.2.1", true, "a burst again"},
			{time.Hour, "192.0.2.1", true, ""},
			{time.Hour, "192.0.2.1", true, ""},
			{time.Hour, "192.0.2.1", false, "no more than one burst"},
		} {
			time.Sleep(tt.at - time.Since(began))
			err := gopherframe.ErrorOf(h(from(tt.addr)))
			if (err == nil) != tt.ok {
				t.Errorf("%v %s: %v (%s)", tt.at, tt.addr, err, tt.why)
			}
		}
		for range 10 {
			if err := gopherframe.ErrorOf(h(from(""))); err != nil {
				t.Errorf("without an address: %v", err)
			}
		}
	})
}

func TestRateLimitWire(t *testing.T) {
	h := middleware.RateLimit(time.Hour, 1)(answers(gopherframe.Text("ok")))
	info := gopherframe.Info{Remote: netip.MustParseAddrPort("192.0.2.7:1")}
	for _, want := range []string{"ok\r\n.\r\n", busy} {
		if got := exchange(t, h, "\n", info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestRateLimitOfManyClients: memory is bounded, and a client that was forgotten is served.
func TestRateLimitOfManyClients(t *testing.T) {
	h := middleware.RateLimit(time.Hour, 1)(answers(gopherframe.Text("ok")))
	ask := func(i int) bool {
		q := &gopherframe.Request{Remote: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1)}
		return gopherframe.ErrorOf(h(q)) == nil
	}
	before := heap()
	for i := range 1 << 18 {
		if !ask(i) {
			t.Fatalf("client %d is refused", i)
		}
	}
	if used := heap() - before; used > 12<<20 {
		t.Errorf("%d bytes", used)
	}
	if ask(1<<18 - 1<<16) {
		t.Error("one of the last 65,536 clients was forgotten")
	}
	if !ask(1<<18 - 1<<16 - 1) {
		t.Error("the one before is remembered")
	}
	runtime.KeepAlive(h)
}

// heap returns how many bytes of the heap are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestRateLimitAllocates(t *testing.T) {
	constant := gopherframe.Response(gopherframe.Text("ok"))
	h := middleware.RateLimit(time.Nanosecond, 1000)(answers(constant))
	for _, addr := range []string{"192.0.2.1", "2001:db8::1", ""} {
		q := from(addr)
		h(q)
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
			t.Errorf("%s: %v allocations", addr, n)
		}
	}
}

func TestRateLimitRefuses(t *testing.T) {
	const advice = "give a positive duration and a positive burst"
	wantPanic(t, advice, func() { middleware.RateLimit(0, 1) })
	wantPanic(t, advice, func() { middleware.RateLimit(time.Second, 0) })
	wantPanic(t, advice, func() { middleware.RateLimit(math.MaxInt64, 2) })
	middleware.RateLimit(math.MaxInt64, 1) // is just 292 years
}

func ExampleRateLimit() {
	r := gopherframe.NewRouter()
	r.With(middleware.RateLimit(time.Minute, 2)).Handle("find", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("found nothing")
	})
	for range 3 {
		q := &gopherframe.Request{Selector: "find", Remote: netip.MustParseAddrPort("192.0.2.1:4711")}
		fmt.Println(r.Respond(q))
	}
	fmt.Println(r.Respond(&gopherframe.Request{Selector: "find", Remote: netip.MustParseAddrPort("192.0.2.2:4711")}))
	// Output:
	// found nothing
	// found nothing
	// the client asks too often
	// found nothing
}
