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
	"sync"
	"sync/atomic"
	"time"

	"gopherframe"
	"gopherframe/internal/panics"
)

// A conn is one connection and the exchange on it. Below TLS it is the net.Conn of
// crypto/tls, so that its limits count the bytes that travel.
type conn struct {
	net.Conn
	server    *server
	stream    io.ReadWriter // of the exchange: the conn itself, or TLS over it
	secure    *tls.Conn     // nil without TLS
	first     []byte        // bytes that were read, and Read returns again
	firstErr  error         // that Read returns after them
	buf       *firstBytes   // the pooled buffer that first points into; nil if first has its own memory
	quickUpTo int64         // answer bytes after which the client is watched; no limit if Conn tells when a write waits

	remote  netip.AddrPort // of the client, once claimed
	claimed bool           // the address of the client allows one more connection

	// Guarded by server.table:
	counted bool          // in server.byAddr
	waiting *list.Element // in connTable.waiting; nil once the request line is complete
	over    bool          // the client was told that the answer is over; only its own goroutine sets it

	context *clientContext
	watcher watcher

	written int64         // bytes of the answer, and of TLS
	taken   int64         // how many of them the client had at the last measure
	writing time.Duration // time spent in writing
	still   time.Duration // time spent in writing since the client last took something
	stalled atomic.Bool   // the client does not take its answer
	cut     bool          // the answer is not whole

	asked      bool // the request line is complete
	tidy       bool // it ended LF or CRLF, and nothing came with it
	watched    bool // the client was watched
	halfClosed bool // only the server's side was closed, so the client can read to the end
}

func newConn(nc net.Conn, s *server) *conn {
	c := &conn{Conn: nc, server: s}
	c.stream = c
	if teller, ok := nc.(waitTeller); ok {
		teller.tellWaits(c)
		c.quickUpTo = noBytes
	} else if _, ok := nc.(contexter); ok || isBuffered(innermost(nc)) {
		c.quickUpTo = smallAnswer
	}
	if tcp, ok := innermost(nc).(*net.TCPConn); ok && s.limits.SendBuffer > 0 {
		tcp.SetWriteBuffer(s.limits.SendBuffer)
	}
	return c
}

// A waitTeller is a connection that tells when a Read or Write has to wait.
type waitTeller interface{ tellWaits(to waitHearer) }

// A waitHearer has its method waits called before a Read or Write waits.
type waitHearer interface{ waits(write bool) }

// waits has the client of a slow write watched.
func (c *conn) waits(write bool) {
	if write {
		c.watch()
	}
}

// A contexter is a connection with a context that ends when the client has gone.
type contexter interface{ Context() context.Context }

// exchange serves the connection from its first byte to its end. It is the body of
// the connection's goroutine.
func (c *conn) exchange() {
	defer c.server.release(c)
	defer c.dropFirst()
	defer c.Close()
	defer c.logPanic()
	if !c.claimed && !c.server.claim(c) {
		c.sayBusy(true)
		c.linger(shortLinger)
		return
	}
	c.awaitFirst()
	c.serve()
}

// awaitFirst reads the first bytes, unless they are there. A failure shows again at the
// next Read.
func (c *conn) awaitFirst() {
	patient, ok := c.Conn.(firstReader)
	if !ok || c.buf != nil || c.firstErr != nil {
		return
	}
	var n int
	if c.buf, n, c.firstErr = patient.readFirst(); c.buf != nil {
		c.first = c.buf[:n]
	}
}

func (c *conn) dropFirst() {
	if c.buf != nil {
		firstPool.Put(c.buf)
	}
}

// A firstReader is a connection that takes a buffer only when its first bytes have arrived.
// The goroutine then waits before its stack has grown.
type firstReader interface {
	readFirst() (buf *firstBytes, n int, err error)
}

type firstBytes [512]byte

var firstPool = sync.Pool{New: func() any { return new(firstBytes) }}

// serve makes the exchange, and closes the client's side.
func (c *conn) serve() {
	s := c.server
	if err := c.open(); err != nil {
		c.logNoRequest(err)
		c.linger(shortLinger)
		return
	}
	c.context = &clientContext{parent: c.withConnState(s.ctx), conn: c}
	defer c.context.end()
	if s.speak != nil {
		c.speak(c.context)
		return
	}
	_, err := gopherframe.Serve(c.context, c.stream, c.answer, c.info())
	c.cut = errors.Is(err, gopherframe.ErrCut)
	switch {
	case err == nil:
	case c.asked:
		s.log.Debug("gopherframe: answer not sent whole", "remote", c.remote, "error", err.Error())
	default:
		c.logNoRequest(err)
		if err == io.EOF || errors.Is(err, net.ErrClosed) {
			return
		}
	}
	c.linger(s.limits.LingerTimeout)
}

// answer is the handler that Serve calls when the request line is complete: it lets the
// client be watched from now on, and asks the app.
func (c *conn) answer(q *gopherframe.Request) gopherframe.Response {
	c.asked = true
	c.server.asked(c)
	if asked, ok := c.Conn.(interface{ Asked() }); ok {
		asked.Asked()
	}
	c.mayWatch()
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
