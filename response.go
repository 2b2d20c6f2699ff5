package gopherframe

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
)

// A Response describes an answer: [Text], [Binary], [*File], [*Menu], [*Stream]
// or [*Error], and no other type, even if it embeds one of these. It is a value, not a
// writer: middleware may look at it, keep it or return another one, and tests may compare
// it.
type Response interface{ response() }

// A Handler answers a request. It does no input or output towards the client, must be
// safe for concurrent use, and must not return nil: that is answered as an internal
// error.
type Handler func(*Request) Response

// A Middleware makes a Handler from a Handler.
type Middleware func(Handler) Handler

// Text is a text file. Its lines may end in LF, CRLF or CR.
type Text string

// Binary is sent as it is.
type Binary []byte

// A File describes a file, which is opened when the answer is written. If it
// cannot be opened, or is no regular file, the client reads "Not found."; if the server is
// out of descriptors or memory, or its disk fails, "Internal server error." Of a file that
// grows while it is sent, the client gets the length that it had when it was opened.
type File struct {
	FS   fs.FS    // nil: Name is a path of the system
	Name string   // the slash-separated path in FS
	Type ItemType // 0: found out by the name, else by the content
}

// A Stream is an answer of unknown length. If Write fails before a byte was written, the
// client gets an error item, chosen as by [Fail]; after that its answer is cut.
type Stream struct {
	Type ItemType // a text type is framed as Text is, any other is sent verbatim
	// Write writes the answer to w and returns when that is done or ctx ends. Each
	// call of w's Write is sent at once, so that a client sees the lines of a slow source
	// as they come. A fast source of many small writes is several times as fast
	// through a bufio.Writer around w, which Write must then flush.
	Write func(ctx context.Context, w io.Writer) error
}

// An Error tells the client that there is no answer. It is also an error.
type Error struct {
	Text string // for the client; "": "Internal server error."
	Err  error  // the cause, for logs only; may be nil
}

// Pass is the answer of a handler that leaves the request to the next route that
// matches, and to NotFound if there is none.
var Pass Response = pass{}

type pass struct{}

func (pass) response()    {}
func (Text) response()    {}
func (Binary) response()  {}
func (*File) response()   {}
func (*Menu) response()   {}
func (*Stream) response() {}
func (*Error) response()  {}

// The fixed texts of errors. The other three come from [NotFound] and [Fail].
const (
	BadSelectorText = "Bad selector."
	LineTooLongText = "Request line too long."
	BusyText        = "Server busy."
)

const (
	notFoundText      = "Not found."
	timedOutText      = "Timed out."
	internalErrorText = "Internal server error."
)

// NotFound returns an Error with the text given, "Not found." if that is "".
func NotFound(text string) *Error {
	return &Error{Text: cmp.Or(text, notFoundText)}
}

// Fail returns an Error with the cause err. The client reads the text of the first
// *Error in the chain of err, "Not found." if that has fs.ErrNotExist in it, "Timed out."
// for context.DeadlineExceeded, and "Internal server error." for all else: never the
// text of an error that is not an *Error. A nil err is an unknown one.
func Fail(err error) *Error {
	return &Error{Text: clientText(err), Err: err}
}

// clientText decides what a client may read of an error, for Fail, File and Stream.
func clientText(err error) string {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.clientText()
	case errors.Is(err, fs.ErrNotExist):
		return notFoundText
	case errors.Is(err, context.DeadlineExceeded):
		return timedOutText
	}
	return internalErrorText
}

// ErrorOf returns resp as an error if it is an *Error that is not nil, else nil.
func ErrorOf(resp Response) error {
	if e, ok := resp.(*Error); ok && e != nil {
		return e
	}
	return nil
}

// Error returns the cause, the text for the client if there is none. It is for
// logs.
func (e *Error) Error() string {
	if e != nil && e.Err != nil {
		return e.Err.Error()
	}
	return e.clientText()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

func (e *Error) clientText() string {
	if e == nil || e.Text == "" {
		return internalErrorText
	}
	return e.Text
}

// errNoResponse is the cause of the error that answers for a handler that returned nil.
var errNoResponse = errors.New("the handler returned no response")
