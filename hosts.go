package gopherframe

import (
	"maps"
	"strings"
)

// Hosts returns a Handler for virtual hosts: it picks the handler by the name that a
// TLS, QUIC or HTTP client asked for, Request.ServerName, whatever its case. Plain Gopher has
// no such name. The handler for "" answers all other names and clients without one; if
// there is none they read "Not found."
//
//	h := gopherframe.Hosts(map[string]gopherframe.Handler{"a.example": a.Respond, "b.example": b.Respond, "": a.Respond})
//	listen.Run(ctx, h, …)
//
// The name becomes Request.Host of the handler, so that its links to this server lead
// to that host. Hosts belongs outermost, with routers and middleware inside of it. It
// copies the map.
func Hosts(byName map[string]Handler) Handler {
	hosts := maps.Clone(byName)
	return func(q *Request) Response {
		for name, h := range hosts { // a map lookup would need the case of ServerName folded
			if name != "" && h != nil && strings.EqualFold(name, q.ServerName) {
				q = q.clone() // the caller's Request stays as it is
				q.Host = name
				q.setHost(name)
				return h(q)
			}
		}
		if h := hosts[""]; h != nil {
			return h(q)
		}
		return NotFound("")
	}
}
