package listen

import (
	"context"
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
	s.ready = l.Ready
	return s.serve(ctx, l.Listener)
}
