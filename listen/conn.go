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
	"runtime/debug"
	"sync/atomic"
	"time"

	"gopherframe"
)

// A conn is one connection, its deadlines, and its end.
type conn struct {
	net.Conn
	server  *server
	stream  io.ReadWriter  // what exchanges go over: the conn itself, or TLS
	secure  *tls.Conn      // nil without TLS
	first   []byte         // read to find out which, and to be read again
	remote  netip.AddrPort // guarded by server.mu, like what follows
	counted bool           // in server.byAddr
	waiting *list.Element  // in server.waiting

	watched chan struct{} // closed when the watcher is done; nil without one
	budget  atomic.Int64  // bytes behind the line that may still be read

	written int64         // bytes of the answer
	writing time.Duration // spent in writing them
	stalled atomic.Bool   // the client does not take them
	cut     bool          // the answer is not whole
}

func newConn(nc net.Conn, s *server) *conn {
	c := &conn{Conn: nc, server: s}
	c.stream = c
	if tcp, ok := innermost(nc).(*net.TCPConn); ok && s.limits.SendBuffer > 0 {
		tcp.SetWriteBuffer(s.limits.SendBuffer)
	}
	return c
}

// exchange is what the goroutine of a connection does.
func (c *conn) exchange() {
	s := c.server
	defer s.release(c)
	defer c.Close()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	if nc, ok := c.Conn.(interface{ Context() context.Context }); ok {
		defer context.AfterFunc(nc.Context(), cancel)()
	}
	defer c.survive()
	// Wrappers may have to read before they know the address.
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
	_, err := gopherframe.Serve(ctx, c.stream, c.watching(cancel), c.info())
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

// watching returns the handler of the server with what has to happen between the
// request line and the answer.
func (c *conn) watching(cancel context.CancelFunc) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		c.server.ready(c)
		c.SetReadDeadline(time.Time{})
		c.watched = make(chan struct{})
		c.budget.Store(c.server.limits.watchBytes())
		go c.watch(cancel)
		return c.server.handler(q)
	}
}

// info returns what Serve needs to know of the connection.
func (c *conn) info() gopherframe.Info {
	info := c.server.info
	info.Remote = c.remote
	if c.secure != nil {
		info.Transport = "tls"
		info.ServerName = c.secure.ConnectionState().ServerName
	} else if named, ok := c.Conn.(interface{ ServerName() string }); ok {
		info.ServerName = named.ServerName()
	}
	if local := addrPort(c.LocalAddr()); local.IsValid() && info.Host == "" {
		info.Host, info.Port = local.Addr().WithZone("").String(), int(local.Port())
		if !local.Addr().Is4() {
			c.server.warnIPv6(info.Host)
		}
	}
	return info
}

// logNoRequest logs why there is none, unless the client said nothing or had to go.
func (c *conn) logNoRequest(err error) {
	if err != io.EOF && !errors.Is(err, net.ErrClosed) {
		c.server.log.Info("gopherframe: no request", "remote", c.remote, "error", err.Error())
	}
}

// survive is the last resort: Serve isolates handlers and answers, but the errors
// of an app have methods, too.
func (c *conn) survive() {
	if v := recover(); v != nil {
		c.server.log.Error("gopherframe: panic", "remote", c.remote, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	}
}

// addrPort returns the address if it is one of IP.
func addrPort(addr net.Addr) netip.AddrPort {
	if ip, ok := addr.(interface{ AddrPort() netip.AddrPort }); ok {
		ap := ip.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// innermost returns the connection within wrappers that say what they wrap.
func innermost(nc net.Conn) net.Conn {
	for {
		wrapper, ok := nc.(interface{ NetConn() net.Conn })
		if !ok {
			return nc
		}
		nc = wrapper.NetConn()
	}
}
