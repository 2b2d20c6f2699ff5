package middleware_test

import (
	"fmt"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestMaxLine(t *testing.T) {
	h := middleware.MaxLine(5)(answers(gopherframe.Text("ok")))
	const ok, long = "ok\r\n.\r\n", "3Request line too long.\t\terror.host\t0\r\n.\r\n"
	for line, want := range map[string]string{
		"":           ok,
		"12345":      ok,
		"123456":     long,
		"12\t45":     ok,
		"12\t456":    long,
		"\t\t\t\t\t": ok,
		"1\t2\t34":   long,
		"/12345":     long, // the leading slash counts, too
	} {
		if got := exchange(t, h, line+"\r\n", gopherframe.Info{}); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	constant := gopherframe.Response(gopherframe.Text("ok"))
	h = middleware.MaxLine(5)(answers(constant))
	q := &gopherframe.Request{Selector: "12", Extra: []string{"4"}}
	if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleMaxLine() {
	r := gopherframe.NewRouter()
	r.With(middleware.MaxLine(20)).Handle("find", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("looking for " + q.Query)
	})
	for _, query := range []string{"gophers", "gophers and all their relatives"} {
		fmt.Println(r.Respond(&gopherframe.Request{Selector: "find", Query: query, Extra: []string{query}}))
	}
	// Output:
	// looking for gophers
	// Request line too long.
}
