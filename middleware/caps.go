package middleware

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/harmless"
)

// CapsInfo is what caps.txt says of a server. Empty fields are left out.
type CapsInfo struct {
	Software    string        // name of the program
	Version     string        // its version
	Description string        // what people find here
	Geolocation string        // where the server stands, as a place that maps know
	Admin       string        // whom to write to
	Encoding    string        // of texts, menus and selectors; "": utf-8
	Expire      time.Duration // how long clients may keep this, rounded up to seconds; 0: an hour, negative: not said
}

// Caps returns a middleware that answers "caps.txt", the capabilities of a server
// in the format of Floodgap: clients read there that "/" divides selectors, for a
// trail of where they are, and show who is behind a server.
//
// Trust: it believes info; line ends and other control characters in it become
// SPACE. Failure: none. Order: anywhere; it answers before all routes, so an app
// or a directory with a caps.txt of its own goes without. It allocates nothing.
func Caps(info CapsInfo) gopherframe.Middleware {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s=%s\n", key, harmless.Line(value))
		}
	}
	b.WriteString("CAPS\n\n") // by which clients tell it from an error
	line("CapsVersion", "1")
	switch {
	case info.Expire == 0:
		line("ExpireCapsAfter", "3600")
	case info.Expire > 0:
		line("ExpireCapsAfter", seconds(info.Expire))
	}
	line("PathDelimeter", "/") // sic
	line("ServerSoftware", info.Software)
	line("ServerSoftwareVersion", info.Version)
	line("ServerDescription", info.Description)
	line("ServerGeolocationString", info.Geolocation)
	line("ServerAdmin", info.Admin)
	encoding := cmp.Or(info.Encoding, "utf-8")
	line("DefaultEncoding", encoding) // two names are in use
	line("ServerDefaultEncoding", encoding)
	return fixed("caps.txt", gopherframe.Text(b.String()))
}

func seconds(d time.Duration) string {
	return fmt.Sprint(int64(math.Ceil(d.Seconds())))
}

// fixed returns a middleware that answers a selector, with and without the
// leading slash.
func fixed(selector string, resp gopherframe.Response) gopherframe.Middleware {
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if path(q) == selector {
				return resp
			}
			return next(q)
		}
	}
}

// path returns the selector of q without the one leading slash that does not count: see
// [gopherframe.Request.Base].
func path(q *gopherframe.Request) string {
	if q.Base() != "" {
		return q.Selector
	}
	return strings.TrimPrefix(q.Selector, "/")
}
