package main

import (
	"runtime/debug"

	"gopherframe"
	"gopherframe/middleware"
)

// A caps is the flags that say what caps.txt tells clients of the server.
type caps struct {
	Caps            bool   `help:"Answer caps.txt, which tells clients the program, its version, and that \"/\" divides selectors."`
	CapsAdmin       string `placeholder:"TEXT" help:"Whom to write to. This and the next two imply --caps."`
	CapsDescription string `placeholder:"TEXT" help:"What there is to find here."`
	CapsLocation    string `placeholder:"TEXT" help:"Where the server is, as one would search for it on a map."`
}

// answer returns the middleware that answers caps.txt if one of the flags is given. encoding is the
// charset of answers, "" for UTF-8.
func (c *caps) answer(encoding string) gopherframe.Middleware {
	if *c == (caps{}) {
		return func(h gopherframe.Handler) gopherframe.Handler { return h }
	}
	build, _ := debug.ReadBuildInfo()
	return middleware.Caps(middleware.CapsInfo{
		Software:    "gopherframe",
		Version:     moduleVersion(build),
		Description: c.CapsDescription,
		Geolocation: c.CapsLocation,
		Admin:       c.CapsAdmin,
		Encoding:    encoding,
	})
}
