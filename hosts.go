package gopherframe

import "strings"

// Hosts are handlers by the name that a TLS or QUIC client asked for, the server
// name indication: virtual hosts, which plain Gopher cannot have. The one for ""
// answers all other names and clients without one; if there is none they get
// NotFoundText. A Hosts must not be changed while it is in use.
//
//	hosts := gopherframe.Hosts{"a.example": a.Respond, "b.example": b.Respond, "": a.Respond}
//	listen.Run(ctx, hosts.Respond, …)
type Hosts map[string]Handler

// Respond is a Handler that picks by Request.ServerName. What the handler of a name
// links to on this server is linked to by that name: it becomes Request.Host. So it
// belongs to the listener, with routers and middleware behind it.
func (hs Hosts) Respond(q *Request) Response {
	for name, h := range hs { // few
		if name != "" && h != nil && strings.EqualFold(name, q.ServerName) {
			q.Host = name
			return h(q)
		}
	}
	if h := hs[""]; h != nil {
		return h(q)
	}
	return NotFound("")
}
