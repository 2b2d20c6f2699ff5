package middleware_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

// crlf returns a text of these lines as it is sent, with the final period.
func crlf(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n.\r\n" }

func TestCaps(t *testing.T) {
	for _, tt := range []struct {
		name string
		info middleware.CapsInfo
		want string
	}{
		{"nothing", middleware.CapsInfo{}, crlf("CAPS", "", "CapsVersion=1", "ExpireCapsAfter=3600", "PathDelimeter=/", "DefaultEncoding=utf-8", "ServerDefaultEncoding=utf-8")},
		{"all", middleware.CapsInfo{
			Software: "gopherframe", Version: "1.0", Description: "A burrow", Geolocation: "Bern, CH",
			Admin: "me@a.example", Encoding: "iso-8859-1", Expire: 90 * time.Second,
		}, crlf("CAPS", "", "CapsVersion=1", "ExpireCapsAfter=90", "PathDelimeter=/", "ServerSoftware=gopherframe", "ServerSoftwareVersion=1.0",
			"ServerDescription=A burrow", "ServerGeolocationString=Bern, CH", "ServerAdmin=me@a.example", "DefaultEncoding=iso-8859-1", "ServerDefaultEncoding=iso-8859-1")},
		{"hostile", middleware.CapsInfo{Description: "a\r\nServerAdmin=b\n.\n\x00\x1b[2J", Expire: -1},
			crlf("CAPS", "", "CapsVersion=1", "PathDelimeter=/", "ServerDescription=a  ServerAdmin=b .   [2J", "DefaultEncoding=utf-8", "ServerDefaultEncoding=utf-8")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := middleware.Caps(tt.info)(answers(gopherframe.Text("other")))
			for line, want := range map[string]string{
				"caps.txt": tt.want, "/caps.txt": tt.want, "caps.txt\t": tt.want,
				"//caps.txt": crlf("other"), "a/caps.txt": crlf("other"), "caps.txt/": crlf("other"), "Caps.txt": crlf("other"),
			} {
				if diff := cmp.Diff(want, exchange(t, h, line+"\r\n", gopherframe.Info{})); diff != "" {
					t.Errorf("%q (-want +got):\n%s", line, diff)
				}
			}
		})
	}
	r := gopherframe.NewRouter()
	r.Mount("a", middleware.Caps(middleware.CapsInfo{})(answers(gopherframe.Text("other"))))
	for line, want := range map[string]string{"a/caps.txt": "CAPS\r\n", "a//caps.txt": crlf("other")} {
		if got := exchange(t, r.Respond, line+"\r\n", gopherframe.Info{}); !strings.HasPrefix(got, want) {
			t.Errorf("mounted, %q: %q, want %q", line, got, want)
		}
	}
}

func TestCapsComesBeforeRoutes(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Use(middleware.Caps(middleware.CapsInfo{}), middleware.Robots())
	r.Handle("{page}", answers(gopherframe.Text("a page")))
	for line, want := range map[string]string{"caps.txt": "CAPS\r\n", "robots.txt": "User-agent: *\r\n", "about": "a page\r\n"} {
		if got := exchange(t, r.Respond, line+"\n", gopherframe.Info{}); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q, want %q at its beginning", line, got, want)
		}
	}
	for _, selector := range []string{"caps.txt", "robots.txt", "/about"} {
		h := middleware.Robots()(middleware.Caps(middleware.CapsInfo{})(answers(gopherframe.NewMenu())))
		q := &gopherframe.Request{Selector: selector}
		if n := testing.AllocsPerRun(100, func() { h(q) }); n != 0 {
			t.Errorf("%q: %v allocations", selector, n)
		}
	}
}

func ExampleCaps() {
	r := gopherframe.NewRouter()
	r.Use(middleware.Caps(middleware.CapsInfo{
		Software:    "burrow",
		Description: "Notes on gophers",
		Admin:       "gopher@gopher.example",
	}))
	fmt.Print(r.Respond(&gopherframe.Request{Selector: "caps.txt"}))
	// Output:
	// CAPS
	//
	// CapsVersion=1
	// ExpireCapsAfter=3600
	// PathDelimeter=/
	// ServerSoftware=burrow
	// ServerDescription=Notes on gophers
	// ServerAdmin=gopher@gopher.example
	// DefaultEncoding=utf-8
	// ServerDefaultEncoding=utf-8
}
