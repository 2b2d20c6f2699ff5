package main

import (
	"net"
	"testing"
)

// openAt is a socket that says that it is open at addr.
type openAt struct {
	net.Listener
	addr string
}

func (o openAt) Addr() net.Addr  { return o }
func (o openAt) Network() string { return "tcp" }
func (o openAt) String() string  { return o.addr }

// TestGopherOfPages: the address of the site in Gopher that pages name.
func TestGopherOfPages(t *testing.T) {
	for _, tt := range []struct {
		public string
		listen []string
		want   string
	}{
		{"", []string{"http://:80"}, ""},
		{"site.example", []string{"http://:80"}, "site.example:70"},
		{"site.example:7070", []string{"https://:443", "http://:80"}, "site.example:7070"},
		{"", []string{"http://:80", "tcp://:7000"}, ""},
		{"", []string{"http://:80", "tcp://192.0.2.1:7000"}, "192.0.2.1:7000"},
		{"site.example", []string{"http://:80", "tcp://:7000"}, "site.example:7000"},
		{"site.example:70", []string{"http://:80", "tls+tcp://:7000"}, "site.example:70"},
		{"site.example", []string{"http://:80", "unix:///run/gopher"}, "site.example:70"},
		{"site.example", []string{"http://:80", "tls://:7443"}, ""},
		{"site.example", []string{"http://:80", "quic://:7443", "tcp://:70"}, "site.example:70"},
		{"site.example:70", []string{"http://:80", "tls://:7443"}, "site.example:70"},
	} {
		public, err := parsePublicAddr(tt.public)
		if err != nil {
			t.Fatal(err)
		}
		var endpoints []*endpoint
		for _, url := range tt.listen {
			e, err := parseEndpoint(url)
			if err != nil {
				t.Fatal(err)
			}
			e.stream = openAt{addr: e.addr}
			endpoints = append(endpoints, e)
		}
		if got := public.gopher(endpoints); got != tt.want {
			t.Errorf("--public %q, --listen %q: %q, want %q", tt.public, tt.listen, got, tt.want)
		}
	}
}
