package middleware_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules []middleware.RobotsRule
		want  string
	}{
		{"none", nil, crlf("User-agent: *", "Disallow:")},
		{"two", []middleware.RobotsRule{{Agent: "veronica", Disallow: []string{"/games", "cgi/"}}, {Disallow: []string{""}, Delay: time.Minute}},
			crlf("User-agent: veronica", "Disallow: /games", "Disallow: games", "Disallow: /cgi/", "Disallow: cgi/", "",
				"User-agent: *", "Disallow: /", "Disallow: *", "Crawl-delay: 60")},
		{"slash is all", []middleware.RobotsRule{{Disallow: []string{"/"}}}, crlf("User-agent: *", "Disallow: /", "Disallow: *")},
		{"short delay", []middleware.RobotsRule{{Delay: time.Millisecond}}, crlf("User-agent: *", "Disallow:", "Crawl-delay: 1")},
		{"long delay", []middleware.RobotsRule{{Delay: 1e7 * time.Second}}, crlf("User-agent: *", "Disallow:", "Crawl-delay: 10000000")},
		{"hostile", []middleware.RobotsRule{{Agent: "a\nDisallow: /", Disallow: []string{"#x", "y\r\nAllow: z"}}},
			crlf("User-agent: a Disallow: /", "Disallow: /%23x", "Disallow: %23x", "Disallow: /y  Allow: z", "Disallow: y  Allow: z")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := middleware.Robots(tt.rules...)(answers(gopherframe.Text("other")))
			for line, want := range map[string]string{"robots.txt": tt.want, "/robots.txt": tt.want, "x/robots.txt": crlf("other")} {
				if diff := cmp.Diff(want, exchange(t, h, line+"\r\n", gopherframe.Info{})); diff != "" {
					t.Errorf("%q (-want +got):\n%s", line, diff)
				}
			}
		})
	}
}

func ExampleRobots() {
	r := gopherframe.NewRouter()
	r.Use(middleware.Robots(middleware.RobotsRule{Disallow: []string{"dice/"}, Delay: 2 * time.Second}))
	fmt.Print(r.Respond(&gopherframe.Request{Selector: "robots.txt"}))
	// Output:
	// User-agent: *
	// Disallow: /dice/
	// Disallow: dice/
	// Crawl-delay: 2
}
