package listen

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"gopherframe"
	"gopherframe/internal/panics"
)

// A conn is one connection and the exchange on it. Below TLS it is the net.Conn of
// crypto/tls, so that its limits count the bytes that travel.
type conn struct {
	net.Conn
	server *server
	stream io.ReadWriter // of the exchange: the conn itself, or TLS over it
	secure *tls.Conn     // nil without TLS
	first  []byte        // bytes that open has read and Read returns again

	// Guarded by server.table:
	remote  netip.AddrPort
	counted bool          // in server.byAddr
	waiting *list.Element // in connTable.waiting; nil once the request line is complete
	over    bool          // the end of the answer has been sent

	cancel  context.CancelFunc         // ends the context of the exchange
	watched chan struct{}              // closed when the watcher has ended; nil if none was started
	budget  atomic.Int64               // bytes behind the request line that may still be read
	silence atomic.Pointer[time.Timer] // ends the exchange of a half-closed client

	written int64         // bytes of the answer, and of TLS
	taken   int64         // how many of them the client had at the last measure
	writing time.Duration // time spent in writing
	still   time.Duration // time spent in writing since the client last took something
	stalled atomic.Bool   // the client does not take its answer
	cut     bool          // the answer is not whole

	ended      bool // the client was told that the answer is over
	halfClosed bool // only the server's side was closed, so the client can read to the end
}

func newConn(nc net.Conn, s *server) *conn {
	c := &conn{Conn: nc, server: s}
	c.stream = c
	if tcp, ok := innermost(nc).(*net.TCPConn); ok && s.limits.SendBuffer > 0 {
		tcp.SetWriteBuffer(s.limits.SendBuffer)
	}
	return c
}

// A contexter is a connection with a context that ends when the client has gone.
type contexter interface{ Context() context.Context }

// exchange serves the connection from its first byte to its end. It is the body of
// the connection's goroutine.
func (c *conn) exchange() {
	s := c.server
	defer s.release(c)
	defer c.Close()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	c.cancel = cancel
	if nc, ok := c.Conn.(contexter); ok {
		defer context.AfterFunc(nc.Context(), cancel)()
	}
	defer c.logPanic()
	// The address may take a Read: the PROXY protocol sends it in front of the request.
	if !s.claim(c, addrPort(c.Conn.RemoteAddr())) {
		c.sayBusy(true)
		c.linger(shortLinger)
		return
	}
	if err := c.open(ctx); err != nil {
		c.logNoRequest(err)
		c.linger(shortLinger)
		return
	}
	if s.speak != nil {
		c.speak(ctx)
		return
	}
	_, err := gopherframe.Serve(c.withConnState(ctx), c.stream, c.answer, c.info())
	c.cut = errors.Is(err, gopherframe.ErrCut)
	switch {
	case err == nil:
	case c.watched != nil:
		s.log.Debug("gopherframe: answer not sent whole", "remote", c.remote, "error", err.Error())
	default:
		c.logNoRequest(err)
		if err == io.EOF || errors.Is(err, net.ErrClosed) {
			return
		}
	}
	c.linger(s.limits.LingerTimeout)
}

// answer is the handler that Serve calls when the request line is complete: it stops
// the clock of the line, has the client watched from now on, and asks the app.
func (c *conn) answer(q *gopherframe.Request) gopherframe.Response {
	c.server.asked(c)
	if asked, ok := c.Conn.(interface{ Asked() }); ok {
		asked.Asked()
	}
	c.SetReadDeadline(time.Time{})
	c.startWatching()
	return c.server.handler(q)
}

// logNoRequest logs why the client sent no valid request, unless it sent nothing at
// all or the server closed the connection.
func (c *conn) logNoRequest(err error) {
	if err != io.EOF && !errors.Is(err, net.ErrClosed) {
		c.server.log.Info("gopherframe: no request", "remote", c.remote, "error", err.Error())
	}
}

// logPanic recovers from a panic and logs it. Serve recovers from those of handlers
// and Streams; this is for the rest, such as an error whose Error method panics.
func (c *conn) logPanic() {
	if v := recover(); v != nil {
		c.server.log.Error("gopherframe: panic", "remote", c.remote, "panic", fmt.Sprint(v), "stack", panics.Stack(v))
	}
}

// info returns what Serve needs to know about the connection.
func (c *conn) info() gopherframe.Info {
	info := c.server.info
	info.Remote = c.remote
	if c.secure != nil {
		if c.server.speak == nil {
			info.Transport = "tls"
		}
		info.ServerName = c.secure.ConnectionState().ServerName
	} else if named, ok := c.Conn.(interface{ ServerName() string }); ok {
		info.ServerName = named.ServerName()
	}
	if local := addrPort(c.LocalAddr()); local.IsValid() && info.Host == "" {
		info.Host, info.Port = local.Addr().WithZone("").String(), int(local.Port())
		if !local.Addr().Is4() && c.server.speak == nil {
			c.server.warnIPv6(info.Host)
		}
	}
	return info
}

// addrPort returns the IP address and port of addr, the zero AddrPort if it has none.
func addrPort(addr net.Addr) netip.AddrPort {
	if ip, ok := addr.(interface{ AddrPort() netip.AddrPort }); ok {
		ap := ip.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// innermost unwraps nc as long as it has a method NetConn.
func innermost(nc net.Conn) net.Conn {
	for {
		wrapper, ok := nc.(interface{ NetConn() net.Conn })
		if !ok {
			return nc
		}
		nc = wrapper.NetConn()
	}
}
