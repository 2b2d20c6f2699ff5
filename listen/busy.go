package listen

import (
	"io"
	"strings"

	"gopherframe"
)

// refuse tells the client that there is no room for it. Only so many of those that
// are told so get a lingering close.
func (c *conn) refuse(linger bool) {
	defer c.Close()
	defer c.logPanic()
	if linger {
		defer c.server.refused()
	}
	c.sayBusy(linger)
	if linger {
		c.linger(shortLinger)
	}
}

// sayBusy answers without waiting for the request. With TLS there is nothing to say
// before a handshake, which would cost what there is no room for; on a port for both
// it takes some patience to see who speaks what.
func (c *conn) sayBusy(patient bool) {
	s := c.server
	s.logSeldom("gopherframe: too many connections", "remote", innermost(c.Conn).RemoteAddr())
	if s.tls != nil && !(s.allowPlain && patient && c.beginsPlain()) {
		return
	}
	busy := func(*gopherframe.Request) gopherframe.Response {
		return &gopherframe.Error{Text: gopherframe.BusyText}
	}
	gopherframe.Serve(s.ctx, struct {
		io.Reader
		io.Writer
	}{strings.NewReader("\n"), c}, busy, s.info)
}
