package middleware_test

import (
	"fmt"
	"net/netip"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestAllowNets(t *testing.T) {
	prefixes := func(texts ...string) (ps []netip.Prefix) {
		for _, text := range texts {
			ps = append(ps, netip.MustParsePrefix(text))
		}
		return ps
	}
	for _, tt := range []struct {
		nets []netip.Prefix
		addr string
		ok   bool
	}{
		{prefixes("192.0.2.0/24"), "192.0.2.7", true},
		{prefixes("192.0.2.0/24"), "::ffff:192.0.2.7", true},
		{prefixes("192.0.2.0/24"), "192.0.3.7", false},
		{prefixes("192.0.2.0/24"), "2001:db8::1", false},
		{prefixes("192.0.2.0/24"), "", false},
		{prefixes("::ffff:192.0.2.0/120"), "192.0.2.7", true},
		{prefixes("::ffff:192.0.2.0/120"), "192.0.3.7", false},
		{prefixes("::ffff:192.0.2.0/120"), "::ffff:192.0.2.7", true},
		{prefixes("192.0.2.7/24"), "192.0.2.8", true},
		{prefixes("10.0.0.0/8", "fe80::/10"), "fe80::1%eth0", true},
		{prefixes("10.0.0.0/8", "fe80::/10"), "10.1.2.3", true},
		{prefixes("0.0.0.0/0"), "2001:db8::1", false},
		{prefixes("0.0.0.0/0", "::/0"), "", false},
		{prefixes("::/0"), "192.0.2.7", false},
		{prefixes("::/0"), "::ffff:192.0.2.7", false},
	} {
		q := from(tt.addr)
		h := middleware.AllowNets(tt.nets...)(answers(gopherframe.Pass))
		resp := h(q)
		e, refused := resp.(*gopherframe.Error)
		if refused == tt.ok || refused && (e.Text != "Not found." || e.Err == nil) {
			t.Errorf("%v, %q: %v", tt.nets, tt.addr, resp)
		}
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 && tt.ok {
			t.Errorf("%v, %q: %v allocations", tt.nets, tt.addr, n)
		}
	}
	wantPanic(t, "give a prefix", func() { middleware.AllowNets() })
	wantPanic(t, "prefix 2, invalid Prefix, is invalid", func() {
		middleware.AllowNets(netip.MustParsePrefix("::/0"), netip.Prefix{})
	})
	wantPanic(t, "prefix 1, ::ffff:0.0.0.0/90, is invalid", func() { middleware.AllowNets(prefixes("::ffff:0.0.0.0/90")...) })
}

func ExampleAllowNets() {
	r := gopherframe.NewRouter()
	r.With(middleware.AllowNets(netip.MustParsePrefix("192.168.0.0/16"))).Handle("status", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("all is well")
	})
	for _, addr := range []string{"192.168.1.7:4711", "203.0.113.9:4711"} {
		resp := r.Respond(&gopherframe.Request{Selector: "status", Remote: netip.MustParseAddrPort(addr)})
		if e, ok := resp.(*gopherframe.Error); ok {
			fmt.Println("the client reads:", e.Text)
		}
		fmt.Println(resp)
	}
	// Output:
	// all is well
	// the client reads: Not found.
	// not in an allowed network: 203.0.113.9
}
