package listen

import (
	"context"
	"errors"
	"log/slog"
	"net"

	"gopherframe"
)

// Conns serves whatever connections a net.Listener accepts: the other listeners are
// made of it, and so can transports be that are not here. One connection is one
// exchange.
//
// It uses what a connection has beyond net.Conn: CloseWrite() error ends the answer
// and leaves the client's side open, Abort() ends one that is not whole, io.ReaderFrom sends files, NetConn() net.Conn
// tells what a wrapper wraps, Context() context.Context ends when the client is
// gone, and ServerName() string is for Request.ServerName.
type Conns struct {
	Listener  net.Listener // Serve closes it
	Transport string       // for Request.Transport
	Public    string       // "host:port" that menus advertise; empty: the address the client reached
	PlainText bool         // text without dot-stuffing and final period
	Limits    Limits       // the zero Limits are the defaults
	Log       *slog.Logger // nil: slog.Default()
}

// Serve implements [Listener].
func (l *Conns) Serve(ctx context.Context, h gopherframe.Handler) error {
	if l.Listener == nil {
		return errors.New("listen: Conns needs a Listener")
	}
	defer l.Listener.Close()
	s, err := newServer(l.Transport, h, l.Public, l.PlainText, l.Limits, l.Log)
	if err != nil {
		return err
	}
	return s.serve(ctx, l.Listener)
}
