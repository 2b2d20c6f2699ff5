package cgi

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"gopherframe"
)

// ErrNoServer is the error of Serve if no Gopher server has started the program.
var ErrNoServer = errors.New("cgi: not started by a Gopher server: there is neither GATEWAY_INTERFACE nor SELECTOR in the environment; " +
	"put the program where a server runs programs, such as a cgi-bin directory of gophernicus")

// Serve answers the one request for which a Gopher server has started the program, and
// returns. The server may be gophernicus, pygopherd, geomyidae, or another one that gives
// programs the variables of RFC 3875. The main function of an app is
//
//	if err := cgi.Serve(r.Respond); err != nil {
//		fmt.Fprintln(os.Stderr, err)
//		os.Exit(2)
//	}
//
// # The request
//
// The selector that h sees is what the client sent after the name of the program and "?/":
// "/cgi-bin/app?/post/7" asks h for "post/7", and "/cgi-bin/app" for "". %XX in it stands for
// a byte. If the server sets PATH_INFO, "/cgi-bin/app/post/7" is the same. Query and Extra are
// what the client sent behind a TAB, Remote is the client, Host and Port are those of the
// server. Transport is "tls" where the server says so, else "tcp".
//
// gophernicus gives a program the words of a search for a missing query, and the query for
// missing words. So there, a query without the slash is taken for the words of a search at
// "/cgi-bin/app", and a search at "/cgi-bin/app?/find" for the very words "/find" has none.
//
// # The answer
//
// Items of h's menus that belong to this server lead back to the program: their selectors
// get its name and "?/" (or "/") in front, and %XX for bytes that servers or clients refuse
// or change. h and the Routers and Mounts in it need not know: their selectors, and
// [gopherframe.Request.Base], begin at h. The same holds for a Stream of a menu type, whose
// items of Request.Host and Request.Port belong to this server.
//
// Texts have CRLF line ends, without dot-stuffing and final period, like the text files of
// these servers: no known client takes the stuffing away. Everything else is as
// [gopherframe.Serve] writes it, except for geomyidae's dcgi: what a program prints whose
// name ends in ".dcgi" is taken for a .gph file. There Serve prints menus as such, and texts
// as lines of a menu; a binary answer becomes an error, so cgi is the better choice.
//
// # Errors and the end
//
// ErrNoServer is the only error of Serve. What goes wrong with the answer is logged to
// standard error. If that is the client's connection, as it is under gophernicus and
// geomyidae, Serve makes it lead to the null device before it asks h; so an app must not
// write to it before it calls Serve.
//
// The context of the request ends at SIGTERM and SIGINT, when writing fails, and on Linux as
// soon as standard output has no reader any more. Serve also returns if the client takes
// nothing for a minute. It uses the signals and descriptors of the process, so a program calls
// it once.
//
// The server passes text of the client as arguments of the program: an app must not parse
// flags before Serve has returned ErrNoServer.
func Serve(h gopherframe.Handler) error {
	c, err := readCall(os.Environ(), os.Args)
	if err != nil {
		return err
	}
	sealStderr()

	// With a receiver of SIGPIPE, writing to a client that has gone is an error, and no end
	// of the process.
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	defer signal.Stop(pipe)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process
	ctx, gone := context.WithCancel(ctx)
	defer gone()
	defer watch(os.Stdout, gone)()
	c.serve(ctx, newClient(os.Stdout, gone, stallTimeout), h)
	return nil
}

// serve answers to the client, and returns when that is done or the client has stalled. Then
// a write still hangs, which cannot be helped, and ends with the process.
func (c *call) serve(ctx context.Context, to *client, h gopherframe.Handler) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		c.answer(ctx, to, h)
	}()
	select {
	case <-over:
	case <-to.stalled:
		to.gone()
		c.log().Info("gopherframe: exchange failed", "error", "the client takes nothing")
	}
}

// answer answers to w.
func (c *call) answer(ctx context.Context, w io.Writer, h gopherframe.Handler) {
	info := c.info
	if c.gph {
		info.Encode = writeGph
	}
	rw := struct {
		io.Reader
		io.Writer
	}{strings.NewReader(c.line + "\n"), w}
	if _, err := gopherframe.Serve(ctx, rw, c.linked(h), info); err != nil {
		c.log().Info("gopherframe: exchange failed", "error", err.Error())
	}
}

// sealStderr makes standard error lead nowhere if it is the client's connection: what is
// logged there, and the stack of a program that crashes, would be part of the answer.
func sealStderr() {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&(os.ModeSocket|os.ModeNamedPipe) == 0 {
		return
	}
	for _, f := range []*os.File{os.Stdin, os.Stdout} {
		if other, err := f.Stat(); err == nil && os.SameFile(info, other) {
			discard(os.Stderr)
			return
		}
	}
}

func (c *call) log() *slog.Logger { return cmp.Or(c.info.Log, slog.Default()) }

// stallTimeout is how long a client may take nothing: one that never reads would hold the
// program, and a process of the server, for ever.
const stallTimeout = time.Minute

// writeChunk is how much a slow client takes within stallTimeout: at 2,400 B/s in 14 s.
const writeChunk = 32 << 10

// A client is the standard output.
type client struct {
	out     io.Writer
	gone    func() // called when writing fails
	stall   *time.Timer
	timeout time.Duration
	stalled chan struct{} // receives when the client has taken nothing for the timeout
}

func newClient(out io.Writer, gone func(), timeout time.Duration) *client {
	c := &client{out: out, gone: gone, timeout: timeout, stalled: make(chan struct{}, 1)}
	c.stall = time.AfterFunc(timeout, func() {
		select {
		case c.stalled <- struct{}{}:
		default: // it is given up already
		}
	})
	c.stall.Stop()
	return c
}

func (c *client) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		c.stall.Reset(c.timeout)
		var k int
		k, err = c.out.Write(p[n:min(len(p), n+writeChunk)])
		c.stall.Stop()
		n += k
	}
	if err != nil {
		c.gone()
	}
	return n, err
}
