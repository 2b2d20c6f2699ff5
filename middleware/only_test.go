package middleware_test

import (
	"fmt"
	"testing"

	"gopherframe"
	"gopherframe/middleware"
)

func TestOnly(t *testing.T) {
	const notFound = "3Not found.\t\terror.host\t0\r\n.\r\n"
	transports := []string{"tls", "quic"}
	only := middleware.Only(transports...)
	transports[0] = "tcp"
	r := gopherframe.NewRouter()
	r.With(only).Handle("secret", answers(gopherframe.Text("secret")))
	r.With(only).Handle("page", answers(gopherframe.Text("private page")))
	r.Handle("{any}", func(q *gopherframe.Request) gopherframe.Response {
		if q.Param("any") == "page" {
			return gopherframe.Text("public page")
		}
		return gopherframe.Pass
	})
	around := only(r.Respond)
	for _, tt := range []struct {
		h                     gopherframe.Handler
		line, transport, want string
	}{
		{r.Respond, "secret", "tls", "secret\r\n.\r\n"},
		{r.Respond, "secret", "quic", "secret\r\n.\r\n"},
		{r.Respond, "secret", "tcp", notFound},
		{r.Respond, "secret", "", notFound},
		{r.Respond, "page", "tls", "private page\r\n.\r\n"},
		{r.Respond, "page", "tcp", "public page\r\n.\r\n"},
		{around, "page", "tcp", notFound},
	} {
		if got := exchange(t, tt.h, tt.line+"\n", gopherframe.Info{Transport: tt.transport}); got != tt.want {
			t.Errorf("%s over %q: %q, want %q", tt.line, tt.transport, got, tt.want)
		}
	}
	h := only(answers(gopherframe.Pass))
	for _, transport := range []string{"tls", "tcp"} {
		q := &gopherframe.Request{Transport: transport}
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
			t.Errorf("%s: %v allocations", transport, n)
		}
	}
	wantPanic(t, "name a transport", func() { middleware.Only() })
}

func ExampleOnly() {
	r := gopherframe.NewRouter()
	r.With(middleware.Only("tls", "quic")).Handle("diary", func(*gopherframe.Request) gopherframe.Response {
		return gopherframe.Text("Dear diary")
	})
	for _, transport := range []string{"tls", "tcp"} {
		fmt.Println(r.Respond(&gopherframe.Request{Selector: "diary", Transport: transport}))
	}
	// Output:
	// Dear diary
	// Not found.
}
