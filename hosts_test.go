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
	hosts := gopherframe.Hosts{"a.example": menu("A"), "B.example": menu("B"), "nil.example": nil}
	withFallback := gopherframe.Hosts{"a.example": menu("A"), "": menu("other")}
	const notFound = "3Not found.\t\terror.host\t0\r\n.\r\n"
	tests := []struct {
		hosts gopherframe.Hosts
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
		{nil, "a.example", notFound},
	}
	for _, tt := range tests {
		var wire strings.Builder
		rw := struct {
			*strings.Reader
			*strings.Builder
		}{strings.NewReader("\n"), &wire}
		info := gopherframe.Info{Host: "public.example", Port: 7071, ServerName: tt.name}
		if _, err := gopherframe.Serve(t.Context(), rw, tt.hosts.Respond, info); err != nil || wire.String() != tt.want {
			t.Errorf("%q: %q, %v, want %q", tt.name, wire.String(), err, tt.want)
		}
	}
}
