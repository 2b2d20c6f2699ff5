package web

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gopherframe"
)

// An exchange is a request over HTTP and its answer. It is the io.ReadWriter of
// gopherframe.Serve: that reads the request line of a Gopher client from it.
type exchange struct {
	http.ResponseWriter
	site *site
	r    *http.Request
	line *strings.Reader // the request line

	place
	host  string // that pages name with the port of Public: its host, or the virtual host that answers
	query string
	asked bool // there is a query, which may be ""
	raw   bool // the content is asked for, without a page around it
	feed  bool

	given http.Header // as it was when the exchange began
	began bool        // the header is written
}

func newExchange(s *site, w http.ResponseWriter, r *http.Request) *exchange {
	return &exchange{ResponseWriter: w, site: s, r: r, place: root, host: s.host, given: maps.Clone(w.Header())}
}

// Read returns the request line.
func (x *exchange) Read(p []byte) (int, error) { return x.line.Read(p) }

// chunk is how many bytes are written to a stream of HTTP/2 with one deadline at most.
const chunk = 16 << 10

// Write writes to the client. Over HTTP/2 one client may have several streams, of which it
// takes some and not others, so each has a deadline of its own while it is written: it would
// end a stream that is silent, too.
func (x *exchange) Write(p []byte) (int, error) {
	if x.r.ProtoMajor < 2 || x.site.stall == 0 {
		return x.ResponseWriter.Write(p)
	}
	control := http.NewResponseController(x.ResponseWriter)
	defer control.SetWriteDeadline(time.Time{})
	total := 0
	for deadline := (time.Time{}); total < len(p); {
		if now := time.Now(); deadline.Before(now.Add(x.site.stall - time.Second)) {
			deadline = now.Add(x.site.stall)
			control.SetWriteDeadline(deadline)
		}
		n, err := x.ResponseWriter.Write(p[total:min(len(p), total+chunk)])
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// ReadFrom has the kernel copy a file where that is possible.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	if from, ok := x.ResponseWriter.(io.ReaderFrom); ok && x.r.ProtoMajor < 2 {
		return from.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{x}, r)
}

// EndAnswer sends what is left of an answer, so that the client does not wait for a log. If the
// length of the answer was not known when it began, net/http tells its end only later.
func (x *exchange) EndAnswer(whole bool) {
	if whole && x.began {
		x.flush()
	}
}

// flush sends what is written so far, unless the ResponseWriter is one of a middleware that
// cannot: then it is sent with the rest.
func (x *exchange) flush() error {
	control := http.NewResponseController(x.ResponseWriter)
	if x.r.ProtoMajor >= 2 && x.site.stall > 0 {
		control.SetWriteDeadline(time.Now().Add(x.site.stall))
		defer control.SetWriteDeadline(time.Time{})
	}
	if err := control.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// isHead reports whether only the header is asked for.
func (x *exchange) isHead() bool { return x.r.Method == http.MethodHead }

// takeBody reads the body of a request, which means nothing: as long as it is not read,
// net/http does not notice over HTTP/1 that the client has gone. It returns an error if the
// body is large or comes slowly.
func (x *exchange) takeBody() error {
	if x.r.ContentLength == 0 || x.r.ProtoMajor >= 2 {
		return nil
	}
	control := http.NewResponseController(x.ResponseWriter)
	control.SetReadDeadline(time.Now().Add(bodyTimeout))
	defer control.SetReadDeadline(time.Time{})
	_, err := io.Copy(io.Discard, http.MaxBytesReader(nil, x.r.Body, maxBody))
	return err
}

// close bounds the time for what net/http does after the exchange: it reads the rest of a
// body over HTTP/1, and writes the rest of the answer, which over HTTP/2 has no other limit.
func (x *exchange) close() {
	control := http.NewResponseController(x.ResponseWriter)
	switch {
	case x.r.ProtoMajor >= 2 && x.site.stall > 0:
		control.SetWriteDeadline(time.Now().Add(x.site.stall))
	case x.r.ContentLength != 0:
		control.SetReadDeadline(time.Now().Add(bodyTimeout))
	}
}

const (
	bodyTimeout = time.Second
	maxBody     = 64 << 10
)

// prepare sets the header to what it was and what every answer has. It returns an error if
// it is too late for that.
func (x *exchange) prepare(policy string) error {
	if x.began {
		return errBegan
	}
	h := x.Header()
	clear(h)
	maps.Copy(h, x.given)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	h.Set("Referrer-Policy", "no-referrer")
	if x.r.ContentLength != 0 {
		x.closeAfter()
	}
	return nil
}

// closeAfter has the connection closed behind the answer. Over HTTP/2 others go on there.
func (x *exchange) closeAfter() {
	if x.r.ProtoMajor < 2 {
		x.Header().Set("Connection", "close")
	}
}

// writeHeader begins the answer.
func (x *exchange) writeHeader(status int) {
	x.began = true
	x.WriteHeader(status)
}

// self returns the path of the exchange, with its query.
func (x *exchange) self() string {
	path := x.site.Prefix + x.path()
	if x.asked {
		path += "?q=" + escaped(x.query)
	}
	return path
}

// with returns the path of the exchange with one more parameter.
func (x *exchange) with(parameter string) string {
	if x.asked {
		return x.self() + "&" + parameter
	}
	return x.self() + "?" + parameter
}

// location returns the path of the exchange with all that was asked for.
func (x *exchange) location() string {
	switch {
	case x.raw:
		return x.with("raw")
	case x.feed:
		return x.with("feed=atom")
	}
	return x.self()
}

// encode writes an answer of the app. It is called a second time for the error that takes
// the place of an answer of which nothing could be written.
func (x *exchange) encode(w io.Writer, q *gopherframe.Request, resp gopherframe.Response) error {
	if err := x.prepare(pagePolicy); err != nil {
		return err
	}
	if x.site.Public != "" {
		x.host = q.Host
	}
	a := &reply{exchange: x, w: w, q: q}
	switch resp := resp.(type) {
	case gopherframe.Text:
		return a.text(string(resp))
	case gopherframe.Binary:
		return a.binary(resp)
	case *gopherframe.Menu:
		return a.menu(resp.Items)
	case *gopherframe.File:
		return a.file(resp)
	case *gopherframe.Stream:
		return a.stream(resp)
	default:
		return a.failure(resp.(*gopherframe.Error)) // there is no other type
	}
}

// setLength tells the length of the answer in bytes.
func (x *exchange) setLength(n int64) {
	x.Header().Set("Content-Length", strconv.FormatInt(n, 10))
}
