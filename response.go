package gopherframe

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
)

// A Response describes an answer: [Text], [Binary], [*File], [*Menu], [*Stream]
// or [*Error]. It is a value, not a writer: middleware may look at it, keep it
// or return another one, and tests may compare it.
type Response interface{ response() }

// A Handler answers a request. It does no input or output towards the client.
// It must be safe for concurrent use. Instead of nil it returns an answer.
type Handler func(*Request) Response

// A Middleware makes a Handler from a Handler.
type Middleware func(Handler) Handler

// Text is a text file. Its lines may end in LF, CRLF or CR.
type Text string

// Binary is sent as it is.
type Binary []byte

// A File describes a file, which is opened when the answer is written. If it
// cannot be opened, or is no regular file, the client reads "Not found." It is
// sent up to the length that it has then, also if it grows meanwhile.
type File struct {
	FS   fs.FS    // nil: Name is a path of the system
	Name string   // the slash-separated path in FS
	Type ItemType // 0: found out by the name, else by the content
}

// A Stream is an answer of unknown length. Write writes it to w and stops when
// ctx ends. If it fails before anything left for the client, that gets an error
// item, otherwise a cut answer.
type Stream struct {
	Type  ItemType // a text type is framed as Text is, any other goes out verbatim
	Write func(ctx context.Context, w io.Writer) error
}

// An Error tells the client that there is no answer. It is also an error.
type Error struct {
	Text string // for the client; "": "Internal server error."
	Err  error  // the cause, for logs only; may be nil
}

// Pass is returned by a handler to let the next route that matches answer, and
// NotFound if there is none.
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

// ErrorOf returns resp as an error if it is an *Error, else nil.
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

// errNoResponse is the cause when a handler returned nil.
var errNoResponse = errors.New("the handler returned no response")
