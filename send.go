package gopherframe

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
)

// A countingWriter counts what left. Files reach the ReadFrom of w, so that a
// listener may have the kernel copy them.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (c *countingWriter) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.Copy(c.w, r)
	c.n += n
	return n, err
}

var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 4096) }}

// send writes the answer. As long as nothing left, an answer that fails is
// replaced by an error; otherwise the answer is cut.
func send(w io.Writer, q *Request, resp Response, plain bool) (sent Sent, cut bool) {
	counter := &countingWriter{w: w}
	buf := writers.Get().(*bufio.Writer)
	buf.Reset(counter)
	defer func() {
		buf.Reset(nil)
		writers.Put(buf)
	}()
	out := wireWriter{buf, q.Host, q.Port}

	err := isolate(q, func() error {
		if s, ok := resp.(*Stream); ok {
			return s.send(q, counter, plain)
		}
		return encode(out, resp, plain)
	})
	if err == nil {
		err = buf.Flush()
		return Sent{Bytes: counter.n, Err: err}, err != nil
	}
	if counter.n > 0 {
		return Sent{Bytes: counter.n, Err: err}, true
	}
	buf.Reset(counter)
	text := clientText(q, err)
	if text != "" {
		out.errorItem(text)
	}
	failed := buf.Flush()
	return Sent{Bytes: counter.n, Err: err}, text == "" || failed != nil
}

// encode writes any response but a Stream. Its error is not that of out, which
// shows at the end, but one of the response.
func encode(out wireWriter, resp Response, plain bool) error {
	switch resp := resp.(type) {
	case Text:
		t := &textWriter{w: out.Writer, plain: plain}
		t.WriteString(string(resp))
		t.Close()
	case Binary:
		out.Write(resp)
	case *Menu:
		out.menu(resp.Items)
	case *Error:
		out.errorItem(resp.clientText())
	case *File:
		return resp.send(out, plain)
	}
	return nil
}

// send has the stream written. What it writes leaves at once, so that a slow
// source is seen as it comes, and the writer it gets is its own: it may keep it.
func (s *Stream) send(q *Request, w *countingWriter, plain bool) error {
	var text *textWriter
	var out io.Writer = w
	if s.Type.IsText() {
		text = &textWriter{w: bufio.NewWriter(w), plain: plain}
		out = promptWriter{text}
	}
	if err := s.Write(q.Context(), out); err != nil || text == nil {
		return err
	}
	text.Close()
	return text.w.Flush()
}

// A promptWriter frames text and keeps none of it back.
type promptWriter struct{ text *textWriter }

func (p promptWriter) Write(b []byte) (int, error) {
	n, err := p.text.Write(b)
	if err == nil {
		err = p.text.w.Flush()
	}
	return n, err
}

// send opens the file and writes it, up to the length it has then.
func (f *File) send(out wireWriter, plain bool) error {
	src, size, err := f.open()
	if err != nil {
		return fileError(err)
	}
	defer src.Close()
	typ, content, err := f.typed(src)
	if err != nil {
		return Fail(err)
	}
	if typ.IsText() {
		t := &textWriter{w: out.Writer, plain: plain}
		_, err = io.CopyN(t, content, size)
		if err == nil || err == io.EOF {
			t.Close()
		}
	} else {
		// With nothing buffered yet this hands the file to the ReadFrom of the
		// listener's connection.
		_, err = io.CopyN(out.Writer, content, size)
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // it was cut short meanwhile
	}
	return err
}

// clientText returns what a client may know of err, "" if it gets no answer. The
// methods of err are the app's, so they may panic, too.
func clientText(q *Request, err error) string {
	text := InternalErrorText
	isolate(q, func() error {
		var e *Error
		switch {
		case errors.Is(err, Abort):
			text = ""
		case errors.As(err, &e):
			text = e.clientText()
		case errors.Is(err, context.DeadlineExceeded):
			text = TimedOutText
		}
		return nil
	})
	return text
}
