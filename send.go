package gopherframe

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"sync"

	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
	"gopherframe/internal/regular"
)

// A countingWriter counts the bytes written to w. It hands a file to w's ReadFrom, so
// that a listener may have the kernel copy it.
type countingWriter struct {
	w   io.Writer
	n   int64
	err error // of the first write that failed: the client has gone
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	c.err = cmp.Or(c.err, err)
	return n, err
}

func (c *countingWriter) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.Copy(c.w, r)
	c.n += n
	// What a file fails with is a PathError; other errors are those of writing.
	var ofFile *fs.PathError
	if !errors.As(err, &ofFile) {
		c.err = cmp.Or(c.err, err)
	}
	return n, err
}

var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 4096) }}

// send writes the answer. If it fails before a byte was written, an error item takes its
// place, which is then in sent.Err as an *Error; after that it is cut, and cut is true.
func send(counter *countingWriter, q *Request, resp Response, info Info) (sent Sent, cut bool) {
	if info.Encode != nil {
		return sendEncoded(counter, q, resp, info.Encode)
	}
	plain := info.PlainText
	buf := writers.Get().(*bufio.Writer)
	buf.Reset(counter)
	defer func() {
		buf.Reset(nil)
		writers.Put(buf)
	}()
	out := wireWriter{buf, q.exchange.hostOf(q), q.Port}

	err := isolate(q, func() error {
		if s, ok := resp.(*Stream); ok {
			return s.send(q, counter, plain)
		}
		return encode(out, resp, plain, q.Log())
	})
	if err == nil {
		err = buf.Flush()
		return Sent{Bytes: counter.n, Err: err}, err != nil
	}
	if counter.n > 0 || counter.err != nil {
		return Sent{Bytes: counter.n, Err: err}, true
	}
	buf.Reset(counter)
	text, answered := q.refusal(err)
	if !answered {
		return Sent{Err: err}, true
	}
	out.errorItem(text)
	failed := buf.Flush()
	return Sent{Bytes: counter.n, Err: &Error{Text: text, Err: err}}, failed != nil
}

// sendEncoded is send for another protocol than Gopher.
func sendEncoded(counter *countingWriter, q *Request, resp Response, encode func(io.Writer, *Request, Response) error) (sent Sent, cut bool) {
	if host := q.exchange.hostOf(q); host != q.Host {
		q = q.clone()
		q.Host = host
	}
	write := func(resp Response) error {
		return isolate(q, func() error { return encode(counter, q, resp) })
	}
	err := write(resp)
	switch {
	case err == nil:
		return Sent{Bytes: counter.n}, false
	case counter.n > 0 || counter.err != nil:
		return Sent{Bytes: counter.n, Err: err}, true
	}
	text, answered := q.refusal(err)
	if !answered {
		return Sent{Err: err}, true
	}
	instead := &Error{Text: text, Err: err}
	failed := write(instead)
	return Sent{Bytes: counter.n, Err: instead}, failed != nil
}

// encode writes any response but a Stream. It returns errors of the response and, for a
// File, of writing; other write errors stay in out until Flush.
func encode(out wireWriter, resp Response, plain bool, log *slog.Logger) error {
	switch resp := resp.(type) {
	case Text:
		t := &framing.Writer{W: out.Writer, Plain: plain}
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
	default: // it embeds a Response, and so has the method that marks one
		err := fmt.Errorf("the handler returned a %T, which only embeds a Response", resp)
		log.Error("gopherframe: no response", "error", err.Error())
		return err
	}
	return nil
}

// send has the stream written. What it writes is sent at once, so that the client of a
// slow source sees it as it comes. The app may keep the writer it gets, so it is not
// pooled.
func (s *Stream) send(q *Request, w *countingWriter, plain bool) error {
	var text *framing.Writer
	var out io.Writer = w
	if s.Type.IsText() {
		text = &framing.Writer{W: bufio.NewWriter(w), Plain: plain}
		out = promptWriter{text}
	}
	if err := s.Write(q.Context(), out); err != nil || text == nil {
		return err
	}
	text.Close()
	return text.W.Flush()
}

// A promptWriter frames text and flushes it with every Write.
type promptWriter struct{ text *framing.Writer }

func (p promptWriter) Write(b []byte) (int, error) {
	n, err := p.text.Write(b)
	if err == nil {
		err = p.text.W.Flush()
	}
	return n, err
}

// send opens the file and writes it, up to the length it has then.
func (f *File) send(out wireWriter, plain bool) error {
	src, info, err := regular.Open(f.FS, f.Name)
	if err != nil {
		return err
	}
	defer src.Close()
	typ, content := f.Type, io.Reader(src)
	if typ == 0 {
		var found byte
		if found, content, err = filetype.Of(f.Name, src); err != nil {
			return err
		}
		typ = ItemType(found)
	}
	if typ.IsText() {
		t := &framing.Writer{W: out.Writer, Plain: plain}
		_, err = io.CopyN(t, content, info.Size())
		if err == nil || err == io.EOF {
			t.Close()
		}
	} else {
		// With nothing buffered yet this hands the file to the ReadFrom of the
		// listener's connection.
		_, err = io.CopyN(out.Writer, content, info.Size())
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // it was cut short meanwhile
	}
	return err
}

// refusal returns the text that the client reads instead of an answer that failed with
// err. answered is false for Abort: nothing is sent. The methods of err are the app's: if
// they panic, the text is that of an unknown error.
func (q *Request) refusal(err error) (text string, answered bool) {
	text, answered = internalErrorText, true
	isolate(q, func() error {
		answered = !errors.Is(err, Abort)
		text = clientText(err)
		return nil
	})
	return text, answered
}
