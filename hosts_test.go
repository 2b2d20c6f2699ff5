package gopherframe_test

import (
	"strings"
	"testing"

	"gopherframe"
)

func TestHosts(t *testing.T) {
	menu := func(text string) gopherframe.Handler {
		return func(*gopherframe.Request) gopherframe.Response {
			return gopherframe.NewMenu().Text(text, "x")
		}
	}
	hosts := gopherframe.Hosts(map[string]gopherframe.Handler{"a.example": menu("A"), "B.example": menu("B"), "nil.example": nil})
	withFallback := gopherframe.Hosts(map[string]gopherframe.Handler{"a.example": menu("A"), "": menu("other")})
	q := &gopherframe.Request{Host: "public.example", ServerName: "a.example"}
	if hosts(q); q.Host != "public.example" {
		t.Errorf("the Request of the caller has the host %q now", q.Host)
	}
	const notFound = "3Not found.\t\terror.host\t0\r\n.\r\n"
	tests := []struct {
		hosts gopherframe.Handler
		name  string
		want  string
	}{
		{hosts, "a.example", "0A\tx\ta.example\t7071\r\n.\r\n"},
		{hosts, "B.Example", "0B\tx\tB.example\t7071\r\n.\r\n"},
		{hosts, "c.example", notFound},
		{hosts, "", notFound},
		{hosts, "nil.example", notFound},
		{withFallback, "a.example", "0A\tx\ta.example\t7071\r\n.\r\n"},
		{withFallback, "c.example", "0other\tx\tpublic.example\t7071\r\n.\r\n"},
		{withFallback, "", "0other\tx\tpublic.example\t7071\r\n.\r\n"},
		{gopherframe.Hosts(nil), "a.example", notFound},
	}
	for _, tt := range tests {
		var wire strings.Builder
		rw := struct {
			*strings.Reader
			*strings.Builder
		}{strings.NewReader("\n"), &wire}
		info := gopherframe.Info{Host: "public.example", Port: 7071, ServerName: tt.name}
		if _, err := gopherframe.Serve(t.Context(), rw, tt.hosts, info); err != nil || wire.String() != tt.want {
			t.Errorf("%q: %q, %v, want %q", tt.name, wire.String(), err, tt.want)
		}
	}
}
