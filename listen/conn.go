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
	"os"
	"runtime/debug"
	"strings"
	"sync"
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

// refuse tells the client that there is no room for it. Only so many of those that
// are told so get a lingering close.
func (c *conn) refuse(linger bool) {
	defer c.Close()
	defer c.survive()
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

// watch throws away what comes behind the line, and ends the context of the
// exchange if the connection breaks. An end of stream is no break: clients may
// close their side once they have asked.
func (c *conn) watch(cancel context.CancelFunc) {
	defer close(c.watched)
	if err := c.discard(); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		cancel()
	}
}

var scratch = sync.Pool{New: func() any { return new([4096]byte) }}

// discard reads to the end of the stream, or as much as the budget allows.
func (c *conn) discard() error {
	buf := scratch.Get().(*[4096]byte)
	defer scratch.Put(buf)
	for c.budget.Load() > 0 {
		n, err := c.stream.Read(buf[:])
		c.budget.Add(-int64(n))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// linger says that the answer is over and reads on for a while, since closing
// with bytes unread would reset the connection and could cost the client the
// answer.
func (c *conn) linger(d time.Duration) {
	if c.stalled.Load() {
		return
	}
	if c.server.isDraining() {
		d = min(d, shortLinger)
	}
	// Where the end cannot be told but by closing, the client waits for that.
	if !c.closeWrite() {
		d = min(d, blindLinger)
	}
	c.SetReadDeadline(after(d))
	c.budget.Store(c.server.limits.LingerBytes)
	if c.watched != nil {
		<-c.watched
	}
	c.discard() // returns at once if the watcher came to an end
}

// closeWrite sends the end of the stream, of TLS as well as of the connection, if
// that can be done. Where there is a way to do so it tells the client that the answer
// is not whole: over TLS by an end of the connection without one of TLS. Over TCP there
// is none, since clients lose what they have of an answer by a reset.
func (c *conn) closeWrite() bool {
	if aborter, ok := c.Conn.(interface{ Abort() }); ok && c.cut {
		aborter.Abort()
		return true
	}
	if c.secure != nil && !c.cut && c.secure.CloseWrite() != nil {
		return false
	}
	for _, nc := range []net.Conn{c.Conn, innermost(c.Conn)} {
		if half, ok := nc.(interface{ CloseWrite() error }); ok {
			return half.CloseWrite() == nil
		}
	}
	return false
}

const (
	writeChunk = 32 << 10 // bytes that one stall deadline is for
	fileChunk  = 1 << 20  // the same where the kernel copies
)

// Write writes all of p as long as the client takes some of it.
func (c *conn) Write(p []byte) (int, error) {
	total := 0
	for total < len(p) {
		rest := p[total:]
		n, err := c.push(func() (int64, error) {
			n, err := c.Conn.Write(rest[:min(len(rest), writeChunk)])
			return int64(n), err
		})
		total += int(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// ReadFrom writes all that r has. If that is a file the kernel copies it, where
// it can (sendfile).
func (c *conn) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	into, canCopy := c.Conn.(io.ReaderFrom) // not innermost: the wrapper may transform
	if ok && canCopy {
		if file, ok := limited.R.(*os.File); ok {
			return c.sendFile(into, file, limited)
		}
	}
	return io.Copy(struct{ io.Writer }{c}, r)
}

func (c *conn) sendFile(into io.ReaderFrom, file *os.File, limited *io.LimitedReader) (int64, error) {
	start, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for limited.N > 0 {
		chunk := &io.LimitedReader{R: file, N: min(limited.N, fileChunk)}
		n, err := c.push(func() (int64, error) { return into.ReadFrom(chunk) })
		total += n
		limited.N -= n
		if err != nil || n == 0 {
			return total, err // nothing: the file was cut short
		}
		if chunk.N > 0 {
			// Where the kernel cannot copy, more was read than was sent.
			if _, err := file.Seek(start+total, io.SeekStart); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// push calls write with a stall deadline. That it passes is an error only if
// nothing moved, or if all moved too slowly for long.
func (c *conn) push(write func() (int64, error)) (int64, error) {
	limits := &c.server.limits
	start := time.Now()
	c.SetWriteDeadline(after(limits.StallTimeout))
	n, err := write()
	c.written += n
	c.writing += time.Since(start)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if n > 0 {
			err = nil
		} else {
			c.giveUp()
			err = fmt.Errorf("the client took nothing for %v: %w", limits.StallTimeout, err)
		}
	}
	if err == nil && c.writing > rateGrace && float64(c.written) < c.writing.Seconds()*float64(limits.MinRate) {
		c.giveUp()
		err = fmt.Errorf("the client took less than %d bytes a second", limits.MinRate)
	}
	return n, err
}

// giveUp makes Close drop what the client has not taken: it would stay in the
// memory of the kernel for minutes.
func (c *conn) giveUp() {
	c.stalled.Store(true)
	if tcp, ok := innermost(c.Conn).(*net.TCPConn); ok {
		tcp.SetLinger(0)
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
