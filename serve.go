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

	"gopherframe/internal/panics"
)

// Info is what a listener knows of a connection. The zero Info works.
type Info struct {
	Host       string         // what menus advertise; "": "localhost"
	Port       int            // goes with Host; 0: 70
	Transport  string         // see Request
	Remote     netip.AddrPort // see Request
	ServerName string         // see Request
	MaxLine    int            // bytes of a request line without its end; 0: 2048, negative: no limit
	PlainText  bool           // texts go out without dot-stuffing and final period
	Log        *slog.Logger   // nil: slog.Default()
}

const (
	defaultPort    = 70 // RFC 1436 section 3.2
	defaultMaxLine = 2048
)

// errLineTooLong answers a request line of more than Info.MaxLine bytes.
var errLineTooLong = &Error{Text: LineTooLongText}

// ErrCut is in the error of Serve if the client did not get a whole answer: not even
// one that says what failed. A listener should end the connection in a way that
// tells it so, where there is one.
var ErrCut = errors.New("gopherframe: answer cut")

// Serve makes one exchange over rw: it reads a request line, asks h, and writes
// the answer. It returns what was sent and why not more. If the line could not
// be read the error is that of rw, or an *Error with LineTooLongText, and the client was
// told so where it could be; it is io.EOF if the client said nothing at all.
//
// Serve sets no deadlines and closes nothing: that is the listener's part. It
// reads whatever arrives with the line and throws it away. A panic of h becomes
// "Internal server error." and a log entry with the stack, but for [Abort]; goroutines
// that h started are not covered. ctx becomes [Request.Context].
func Serve(ctx context.Context, rw io.ReadWriter, h Handler, info Info) (Sent, error) {
	q := &Request{
		Host:       cmp.Or(info.Host, "localhost"),
		Port:       cmp.Or(info.Port, defaultPort),
		Transport:  info.Transport,
		Remote:     info.Remote,
		ServerName: info.ServerName,
		ctx:        ctx,
		exchange:   &exchange{log: cmp.Or(info.Log, slog.Default())},
	}
	line, err := readLine(rw, cmp.Or(info.MaxLine, defaultMaxLine))
	var resp Response
	switch {
	case err == nil:
		q.readFields(line)
		resp = call(h, q)
	case errors.Is(err, errLineTooLong):
		resp = errLineTooLong
	case errors.Is(err, os.ErrDeadlineExceeded):
		resp = &Error{Text: timedOutText}
	default:
		return Sent{}, err
	}
	sent, cut := send(rw, q, resp, info.PlainText)
	q.exchange.end(q, sent)
	if err == nil {
		err = sent.Err
	}
	if cut {
		err = fmt.Errorf("%w: %w", ErrCut, err)
	}
	return sent, err
}

// lineBuffers saves the garbage collector the lines of requests. They are small
// because every idle connection has one; few lines need more.
var lineBuffers = sync.Pool{New: func() any { return new([512]byte) }}

// maxEmptyReads is how often a reader may return nothing, and no error either.
const maxEmptyReads = 100

// readLine reads a request line of at most limit bytes, any length if that is
// negative, and drops its end and what arrived behind it.
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
		length, ended := lineLen(buf[n : n+k])
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

// call asks h for an answer, whatever h does.
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
	case resp == Pass: // there is no Router to let another route answer
		return NotFound("")
	}
	return resp
}

// isolate returns the error of f. A panic of f is one, too, and unless it is Abort
// it is logged with the stack.
func isolate(q *Request, f func() error) (err error) {
	defer func() {
		if v := recover(); v == Abort {
			err = Abort
		} else if v != nil {
			q.Log().Error("gopherframe: panic", "pattern", q.Pattern(), "remote", q.Remote,
				"panic", fmt.Sprint(v), "stack", panics.Stack(v))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return f()
}
