package gopherframe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"sync"

	"gopherframe/internal/framing"
	"gopherframe/internal/panics"
)

// Info has what a listener knows of a connection. The zero Info works.
type Info struct {
	Host       string         // what menus advertise; "": "localhost"
	Port       int            // goes with Host; 0: 70
	Transport  string         // see Request
	Remote     netip.AddrPort // see Request
	ServerName string         // see Request
	MaxLine    int            // bytes of a request line without its end; 0: 2048, negative: no limit
	PlainText  bool           // texts go out without dot-stuffing and final period
	Log        *slog.Logger   // nil: slog.Default()

	// Encode writes an answer in the form of another protocol, such as HTTP; nil: as RFC
	// 1436 has it, or with PlainText. q has the Host that items of this server lead to. If
	// Encode fails before it has written a byte, it is called once more, for the *Error that
	// takes the place of the answer.
	Encode func(w io.Writer, q *Request, resp Response) error
}

// errLineTooLong answers a request line of more than Info.MaxLine bytes.
var errLineTooLong = &Error{Text: LineTooLongText}

// ErrCut is in the chain of Serve's error if the client got no whole answer, not even an
// error item. Where a transport can tell a client so, the listener should end the
// connection in that way.
var ErrCut = errors.New("gopherframe: answer cut")

// Serve makes one exchange over rw: it reads a request line, asks h, and writes
// the answer. It returns how much was written, and the error that kept the answer of h from
// being written whole. If the line was too long, the error is an *Error with
// LineTooLongText, and the client reads that. If it could not be read, it is the error of
// rw; only if that is os.ErrDeadlineExceeded the client reads "Timed out." If the client
// sent nothing, it is io.EOF.
//
// Serve sets no deadlines and closes nothing: that is the listener's part. If rw has a
// method EndAnswer(whole bool), Serve calls it when h's answer has been written, with whole
// false if it was cut, and only then the functions given to [Request.AfterWrite]: a listener
// that ends the answer there spares the client the wait for a slow log.
//
// An answer of at most 16 KB reaches rw in one call, unless a Stream makes it. If rw has a
// method WriteLast(p []byte) (int, error), the last bytes of an answer go there instead of
// to Write, so that the listener can send them together with the end of the answer. Serve
// calls it once for every answer that was not cut before, also for an error item in place
// of another answer or of a request that could not be read. It does not call it for a Stream,
// nor after a write that failed. p is empty if nothing is left to be written, and of any
// length if the answer is a Binary. As Write, WriteLast must write all of p or return an
// error, and must not keep p. If h was asked, EndAnswer is called afterwards, with whole
// false if WriteLast failed.
//
// Serve drops the bytes that arrive together with the line. A panic of h becomes
// "Internal server error." and a log entry with the stack, except [Abort]; goroutines
// that h started are not covered. ctx becomes [Request.Context].
func Serve(ctx context.Context, rw io.ReadWriter, h Handler, info Info) (Sent, error) {
	// Handlers may keep both, so they are not pooled.
	made := &struct {
		Request
		exchange
	}{exchange: exchange{log: cmp.Or(info.Log, slog.Default())}}
	q := &made.Request
	*q = Request{
		Host:       cmp.Or(info.Host, framing.DefaultHost),
		Port:       cmp.Or(info.Port, framing.DefaultPort),
		Transport:  info.Transport,
		Remote:     info.Remote,
		ServerName: info.ServerName,
		ctx:        ctx,
		exchange:   &made.exchange,
	}
	line, err := readLine(rw, cmp.Or(info.MaxLine, framing.MaxLine))
	var resp Response
	switch {
	case err == nil:
		q.readFields(line)
		return answer(rw, q, h, info)
	case errors.Is(err, errLineTooLong):
		resp = errLineTooLong
	case errors.Is(err, os.ErrDeadlineExceeded):
		resp = &Error{Text: timedOutText}
	default:
		return Sent{}, err
	}
	sent, cut := send(&countingWriter{w: rw}, q, resp, info)
	if cut {
		err = fmt.Errorf("%w: %w", ErrCut, err)
	}
	return sent, err
}

// answer asks h, writes the answer, and calls the functions given to AfterWrite, even if
// h ends its goroutine, as testing.T.FailNow does.
func answer(rw io.ReadWriter, q *Request, h Handler, info Info) (sent Sent, err error) {
	counter := &countingWriter{w: rw}
	ended, cut := false, true
	defer func() {
		if !ended {
			sent = Sent{Bytes: counter.n, Err: errGoexit}
		}
		if ender, ok := rw.(interface{ EndAnswer(whole bool) }); ok {
			ender.EndAnswer(!cut)
		}
		q.exchange.end(q, sent)
	}()
	sent, cut = send(counter, q, call(h, q), info)
	ended = true
	if cut {
		return sent, fmt.Errorf("%w: %w", ErrCut, sent.Err)
	}
	return sent, sent.Err
}

var errGoexit = errors.New("gopherframe: the handler ended its goroutine")

// lineBuffers has the buffers that request lines are read into. They are small because,
// where a transport reads as it waits, every idle connection has one, and few lines are longer.
var lineBuffers = sync.Pool{New: func() any { return new([512]byte) }}

// maxEmptyReads is how often a reader may return neither a byte nor an error.
const maxEmptyReads = 100

// readLine reads a request line of at most limit bytes, of any length if limit is
// negative. It drops the end of the line and the bytes that arrived after it.
func readLine(r io.Reader, limit int) (string, error) {
	pooled := lineBuffers.Get().(*[512]byte)
	defer lineBuffers.Put(pooled)
	buf, n := pooled[:], 0
	for empty := 0; empty < maxEmptyReads; {
		if n == len(buf) {
			buf = append(buf, make([]byte, n)...)
		}
		k, err := r.Read(buf[n:])
		if k == 0 {
			empty++
		}
		length, ended := framing.LineLen(buf[n : n+k])
		n += length
		switch {
		case limit >= 0 && n > limit:
			return "", errLineTooLong
		case ended, err == io.EOF && n > 0:
			return string(buf[:n]), nil
		case err != nil:
			return "", err
		}
	}
	return "", io.ErrNoProgress
}

// call returns the answer of h or, if h panics or returns nil or Pass, an answer that can
// be sent in its place.
func call(h Handler, q *Request) (resp Response) {
	err := isolate(q, func() error {
		resp = h(q)
		return nil
	})
	switch {
	case err == Abort:
		return aborted
	case err != nil:
		return Fail(err)
	case resp == nil:
		return Fail(errNoResponse)
	case resp == Pass: // h is not a route of a Router that could ask another one
		return NotFound("")
	}
	return resp
}

// isolate returns the error of f. A panic of f becomes an error, too, and is logged with
// the stack unless it is Abort.
func isolate(q *Request, f func() error) (err error) {
	defer func() {
		if v := recover(); v == Abort {
			err = Abort
		} else if v != nil {
			log := q.Log()
			if pattern := q.Pattern(); pattern != "" {
				log = log.With("pattern", pattern)
			}
			log.Error("gopherframe: panic", "remote", q.Remote, "panic", fmt.Sprint(v), "stack", panics.Stack(v))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return f()
}
