package listen

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"

	"gopherframe"
)

// Conns serves the connections that a net.Listener accepts, one exchange each. It is for
// transports that this package does not have.
//
// A connection may have these methods besides those of net.Conn:
//
//   - CloseWrite() error ends the answer and leaves the client's side open.
//   - Abort() ends an answer that is not whole, so that the client knows.
//   - ReadFrom, as in io.ReaderFrom, sends files.
//   - NetConn() net.Conn returns the connection that this one wraps.
//   - Context() context.Context ends when the client is gone.
//   - Asked() is called when the request line is complete.
//   - ServerName() string is for Request.ServerName.
//   - ConnectionState() tls.ConnectionState is for [ConnState].
type Conns struct {
	Listener  net.Listener   // Serve closes it
	Transport string         // for Request.Transport
	Ready     func(net.Addr) // as in TCP
	Public    string         // "host:port" that menus advertise; empty: the address the client reached
	PlainText bool           // text without dot-stuffing and final period
	Limits    Limits         // the zero Limits are the defaults
	Log       *slog.Logger   // nil: slog.Default()

	// Speak makes the exchanges of a connection in another protocol than Gopher, until nc is
	// closed; nil: gopherframe.Serve makes one. See [Speech].
	Speak func(s Speech)
	// TLS is for connections of Speak, which are then those of crypto/tls; nil: no TLS.
	TLS *tls.Config
	// Busy is what clients without TLS read for whom there is no room; "": an error item.
	Busy string
}

// A Speech is a connection on which a transport makes exchanges itself.
type Speech struct {
	Conn    net.Conn         // a *tls.Conn with Conns.TLS; its writes keep the Limits
	Context context.Context  // the parent of the contexts of its exchanges
	Info    gopherframe.Info // what is known of it
	// Waiting tells that the client asks for nothing at the moment, as it does at first, or
	// that it does: a waiting client makes room for others, and is not waited for when the
	// server stops. It is safe for concurrent use.
	Waiting func(bool)
	// HungUp reports whether the client has closed or broken the connection, even while
	// nobody reads. It is false where the system does not tell: anywhere but on Linux, and on
	// connections that are no sockets. It is safe for concurrent use.
	HungUp func() bool
}

// Serve implements [Listener].
func (l *Conns) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.Listener == nil {
		return errors.New("listen: Conns needs a Listener")
	}
	defer l.Listener.Close()
	s, err := newServer(ctx, l.Transport, h, l.Public, l.PlainText, l.Limits, l.Log)
	if err != nil {
		return err
	}
	s.ready, s.speak, s.busy, s.tls = l.Ready, l.Speak, l.Busy, l.TLS
	return s.serve(ctx, l.Listener)
}
