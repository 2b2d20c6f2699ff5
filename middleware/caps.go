package middleware

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
)

// CapsInfo describes a server in caps.txt. Empty fields are left out.
type CapsInfo struct {
	Software    string        // name of the program
	Version     string        // its version
	Description string        // what there is to find here
	Geolocation string        // where the server is, as one would search for it on a map
	Admin       string        // whom to write to
	Encoding    string        // charset of texts, menus and selectors; "": utf-8
	Expire      time.Duration // how long clients may keep caps.txt, rounded up to seconds; 0: an hour, negative: left out
}

// Caps returns a middleware that answers "caps.txt" with the capabilities of the server, a
// format by Floodgap. Clients learn from it that "/" divides selectors, so that they can
// show the way from the root to a page, and who runs the server.
//
// Line ends and other control characters in info become SPACE. Caps answers before all
// routes, so a caps.txt of the app or of a directory is never reached. It may stand
// anywhere among the middleware. It allocates nothing.
func Caps(info CapsInfo) gopherframe.Middleware {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s=%s\n", key, harmless.Line(value))
		}
	}
	b.WriteString("CAPS\n\n") // clients take anything without this line for an error
	line("CapsVersion", "1")
	switch {
	case info.Expire == 0:
		line("ExpireCapsAfter", "3600")
	case info.Expire > 0:
		line("ExpireCapsAfter", seconds(info.Expire))
	}
	line("PathDelimeter", "/") // spelled so by the format
	line("ServerSoftware", info.Software)
	line("ServerSoftwareVersion", info.Version)
	line("ServerDescription", info.Description)
	line("ServerGeolocationString", info.Geolocation)
	line("ServerAdmin", info.Admin)
	encoding := cmp.Or(info.Encoding, "utf-8")
	line("DefaultEncoding", encoding) // clients look for one name or the other
	line("ServerDefaultEncoding", encoding)
	return fixed("caps.txt", gopherframe.Text(b.String()))
}

// seconds returns d in seconds, rounded up.
func seconds(d time.Duration) string {
	return fmt.Sprint(int64(math.Ceil(d.Seconds())))
}

// fixed returns a middleware that answers one selector, with or without the leading slash,
// with resp.
func fixed(selector string, resp gopherframe.Response) gopherframe.Middleware {
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if framing.Path(q.Base(), q.Selector) == selector {
				return resp
			}
			return next(q)
		}
	}
}
