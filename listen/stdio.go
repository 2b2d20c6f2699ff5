package listen

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"gopherframe"
	"gopherframe/internal/panics"
)

// Stdio serves one exchange over a reader and a writer, for inetd and for tests. If In
// and Out are both nil, and standard input and output are the same socket, as under
// inetd, it is served like a connection of TCP. Other readers and writers may have no
// deadlines: when a time limit passes, Serve returns and abandons a Read or Write that
// hangs.
type Stdio struct {
	In        io.Reader    // nil: os.Stdin
	Out       io.Writer    // nil: os.Stdout
	Public    string       // "host:port" that menus advertise; empty: the address of the socket, or "localhost:70"
	PlainText bool         // text without dot-stuffing and final period
	Limits    Limits       // the zero Limits are the defaults
	Log       *slog.Logger // nil: slog.Default()
}

// Serve implements [Listener]. It returns after one exchange: nil also if there was no
// request, or if the client took only a part of the answer. It returns an error if a
// time limit passed.
func (l *Stdio) Serve(ctx context.Context, h gopherframe.Handler) error {
	s, err := newServer(ctx, "stdio", h, l.Public, l.PlainText, l.Limits, l.Log)
	if err != nil {
		return err
	}
	defer s.cut()
	if l.In == nil && l.Out == nil && isSocket(os.Stdin, os.Stdout) {
		nc, err := net.FileConn(os.Stdin)
		if err != nil {
			return fmt.Errorf("listen: standard input: %w", err)
		}
		return s.serveOne(ctx, nc)
	}
	p := &pipe{server: s, in: l.In, out: l.Out, hung: make(chan error, 1)}
	if p.in == nil {
		p.in = os.Stdin
	}
	if p.out == nil {
		p.out = os.Stdout
	}
	return p.serve(ctx)
}

// isSocket reports whether in and out are the same socket. net.FileConn would tell as
// well, but it makes terminals and pipes non-blocking.
func isSocket(in, out *os.File) bool {
	from, err := in.Stat()
	if err != nil || from.Mode()&os.ModeSocket == 0 {
		return false
	}
	to, err := out.Stat()
	return err == nil && os.SameFile(from, to)
}

// serveOne serves a single connection until it or ctx ends.
func (s *server) serveOne(ctx context.Context, nc net.Conn) error {
	s.admit(nc)
	over := make(chan struct{})
	go func() {
		s.conns.Wait()
		close(over)
	}()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return s.drain()
	}
}

// A pipe is a reader and a writer without deadlines.
type pipe struct {
	server *server
	in     io.Reader
	out    io.Writer
	asked  chan struct{} // closed when the request line is complete
	hung   chan error    // receives the error of a time limit that has passed
}

func (p *pipe) serve(ctx context.Context) error {
	limits := p.server.limits
	p.asked = make(chan struct{})
	line := p.expect(limits.LineTimeout, fmt.Errorf("no request line within %v", limits.LineTimeout))
	ended := make(chan error, 1)
	go func() {
		defer p.logPanic(ended)
		_, err := gopherframe.Serve(p.server.ctx, p, func(q *gopherframe.Request) gopherframe.Response {
			line.Stop()
			close(p.asked)
			return p.server.handler(q)
		}, p.server.info)
		line.Stop()
		ended <- err
	}()
	select {
	case err := <-ended:
		p.log(err)
		return nil
	case err := <-p.hung:
		return fmt.Errorf("listen: stdio: %w", err)
	case <-ctx.Done():
		return p.drain(ended)
	}
}

// drain waits for the exchange to finish, at most for Limits.Grace. It returns at once
// if the request line is not complete.
func (p *pipe) drain(ended <-chan error) error {
	close(p.server.stopping)
	select {
	case <-p.asked:
	default:
		return nil
	}
	select {
	case err := <-ended:
		p.log(err)
		return nil
	case err := <-p.hung:
		return fmt.Errorf("listen: stdio: %w", err)
	case <-time.After(p.server.limits.Grace):
		return fmt.Errorf("listen: stdio: the exchange was cut after %v", p.server.limits.Grace)
	}
}

func (p *pipe) log(err error) {
	if err != nil && err != io.EOF {
		p.server.log.Info("gopherframe: exchange failed", "error", err.Error())
	}
}

// logPanic recovers from a panic and logs it, as conn.logPanic does.
func (p *pipe) logPanic(ended chan<- error) {
	if v := recover(); v != nil {
		p.server.log.Error("gopherframe: panic", "panic", fmt.Sprint(v), "stack", panics.Stack(v))
		ended <- fmt.Errorf("panic: %v", v)
	}
}

// expect sends failure to p.hung unless the timer is stopped within d.
func (p *pipe) expect(d time.Duration, failure error) *time.Timer {
	return time.AfterFunc(d, func() {
		select {
		case p.hung <- failure:
		default:
		}
	})
}

func (p *pipe) Read(b []byte) (int, error) { return p.in.Read(b) }

func (p *pipe) Write(b []byte) (int, error) {
	limit := p.server.limits.StallTimeout
	total := 0
	for total < len(b) {
		stall := p.expect(limit, fmt.Errorf("nobody took the answer for %v", limit))
		n, err := p.out.Write(b[total:min(len(b), total+writeChunk)])
		stall.Stop()
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}
