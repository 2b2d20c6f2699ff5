package listen

import (
	"io"
	"strings"

	"gopherframe"
)

// refuse closes a connection for which there is no room, after telling the client so.
// Without linger it does so at once, which may cost the client the answer: there may be
// only busyConns lingering ones.
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

// sayBusy answers "Server busy." without reading the request. A client of TLS gets no
// answer, since a handshake costs more than a busy server has. On a port for both, the
// first byte tells whether the client uses TLS; a patient sayBusy waits for it, and
// otherwise the client gets no answer.
func (c *conn) sayBusy(patient bool) {
	s := c.server
	s.logSeldom("gopherframe: too many connections", "remote", innermost(c.Conn).RemoteAddr())
	if s.tls != nil && !(s.allowPlain && patient && c.beginsPlain()) {
		return
	}
	if s.busy != "" {
		io.WriteString(c, s.busy)
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
