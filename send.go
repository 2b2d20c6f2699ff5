package gopherframe

import (
	"errors"
	"fmt"
	"io"

	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
	"gopherframe/internal/regular"
)

// send writes the answer. If it fails before a byte was written, an error item takes its
// place, which is then in sent.Err as an *Error; after that it is cut, and cut is true.
func send(w *countingWriter, q *Request, resp Response, info Info) (sent Sent, cut bool) {
	if info.Encode != nil {
		return sendEncoded(w, q, resp, info.Encode)
	}
	plain := info.PlainText
	if s, ok := resp.(*Stream); ok {
		// Only its own Write knows when it ends, so it has no last bytes.
		err := isolate(q, func() error { return s.send(q, w, plain) })
		if err == nil {
			return Sent{Bytes: w.n}, false
		}
		return sendRefusal(w, q, err)
	}
	if b, ok := resp.(Binary); ok {
		err := w.writeLast(b)
		return Sent{Bytes: w.n, Err: err}, err != nil
	}
	out := newOutput(w)
	defer out.release()
	err := isolate(q, func() error { return out.encode(q, resp, plain) })
	if err != nil {
		return sendRefusal(w, q, err)
	}
	err = w.writeLast(out.buf)
	return Sent{Bytes: w.n, Err: err}, err != nil
}

// sendRefusal writes an error item in place of an answer that failed with err, if nothing
// of that was written.
func sendRefusal(w *countingWriter, q *Request, err error) (sent Sent, cut bool) {
	if w.n > 0 || w.err != nil {
		return Sent{Bytes: w.n, Err: err}, true
	}
	text, answered := q.refusal(err)
	if !answered {
		return Sent{Err: err}, true
	}
	out := newOutput(w)
	defer out.release()
	out.errorItem(text)
	failed := w.writeLast(out.buf)
	return Sent{Bytes: w.n, Err: &Error{Text: text, Err: err}}, failed != nil
}

// sendEncoded is send for another protocol than Gopher.
func sendEncoded(w *countingWriter, q *Request, resp Response, encode func(io.Writer, *Request, Response) error) (sent Sent, cut bool) {
	if host := q.exchange.hostOf(q); host != q.Host {
		q = q.clone()
		q.Host = host
	}
	write := func(resp Response) error {
		return isolate(q, func() error { return encode(w, q, resp) })
	}
	err := write(resp)
	switch {
	case err == nil:
		return Sent{Bytes: w.n}, false
	case w.n > 0 || w.err != nil:
		return Sent{Bytes: w.n, Err: err}, true
	}
	text, answered := q.refusal(err)
	if !answered {
		return Sent{Err: err}, true
	}
	instead := &Error{Text: text, Err: err}
	failed := write(instead)
	return Sent{Bytes: w.n, Err: instead}, failed != nil
}

// encode writes a response. It returns errors of the response and, for a File, of writing;
// other write errors stay in the output. What is left in the buffer is the end of the
// answer.
func (o *output) encode(q *Request, resp Response, plain bool) error {
	switch resp := resp.(type) {
	case Text:
		o.text(string(resp), plain)
	case *Menu:
		o.menu(resp.Items, q.exchange.hostOf(q), q.Port)
	case *Error:
		o.errorItem(resp.clientText())
	case *File:
		return resp.send(o, plain)
	default: // it embeds a Response, and so has the method that marks one
		err := fmt.Errorf("the handler returned a %T, which only embeds a Response", resp)
		q.Log().Error("gopherframe: no response", "error", err.Error())
		return err
	}
	return nil
}

// frame writes a piece of a text, framed.
func frame(o *output, text *framing.Text, piece []byte) error {
	for len(piece) > 0 {
		n := min(len(piece), (cap(o.buf)-len(o.buf))/2) // it may double
		o.buf = text.Append(o.buf, piece[:n])
		piece = piece[n:]
		if err := o.flushFull(); err != nil {
			return err
		}
	}
	return nil
}

// text writes a Text, framed, by way of a buffer: as a whole it may be large.
func (o *output) text(s string, plain bool) {
	text := &framing.Text{Plain: plain}
	room := buffers.Get().(*buffer)
	defer buffers.Put(room)
	for len(s) > 0 {
		n := copy(room[:], s)
		if frame(o, text, room[:n]) != nil {
			return
		}
		s = s[n:]
	}
	o.buf = text.AppendEnd(o.buf)
}

// frameAll writes all of a text of size bytes, framed.
func frameAll(o *output, r io.Reader, size int64, plain bool) error {
	text := &framing.Text{Plain: plain}
	err := inBlocks(r, size, func(block []byte) error { return frame(o, text, block) })
	o.buf = text.AppendEnd(o.buf)
	return err
}

// send has the stream written. What it writes is sent at once, so that the client of a
// slow source sees it as it comes.
func (s *Stream) send(q *Request, w *countingWriter, plain bool) error {
	if !s.Type.IsText() {
		return s.Write(q.Context(), w)
	}
	text := &textStream{w, framing.Text{Plain: plain}}
	if err := s.Write(q.Context(), text); err != nil {
		return err
	}
	if w.err != nil {
		return w.err
	}
	_, err := w.Write(text.framing.AppendEnd(nil))
	return err
}

// A textStream frames what a Stream writes. The app may keep it, so it has no buffer
// between two calls of Write.
type textStream struct {
	w       *countingWriter
	framing framing.Text
}

func (s *textStream) Write(p []byte) (int, error) {
	out := newOutput(s.w)
	defer out.release()
	err := s.w.err
	if err == nil {
		err = frame(out, &s.framing, p)
	}
	if err == nil {
		err = out.flush()
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// send opens the file and writes it, up to the length it has then.
func (f *File) send(o *output, plain bool) error {
	src, info, err := regular.Open(f.FS, f.Name)
	if err != nil {
		return err
	}
	defer src.Close()
	typ, content, size := f.Type, io.Reader(src), info.Size()
	if typ == 0 {
		var found byte
		if found, content, err = filetype.Of(f.Name, src); err != nil {
			return err
		}
		typ = ItemType(found)
	}
	_, copies := o.w.(io.ReaderFrom)
	switch {
	case typ.IsText():
		err = frameAll(o, content, size, plain)
	case size <= small:
		o.buf = o.buf[:size]
		_, err = io.ReadFull(content, o.buf)
	case copies:
		_, err = io.CopyN(o.countingWriter, content, size)
	default:
		err = inBlocks(content, size, func(block []byte) error {
			_, err := o.Write(block)
			return err
		})
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // it was cut short meanwhile
	}
	return err
}

// inBlocks calls use with one block after the other of the next size bytes of r. It
// returns the first error of either.
func inBlocks(r io.Reader, size int64, use func(block []byte) error) error {
	room := buffers.Get().(*buffer)
	defer buffers.Put(room)
	for size > 0 {
		block := room[:min(size, int64(len(room)))]
		if _, err := io.ReadFull(r, block); err != nil {
			return err
		}
		if err := use(block); err != nil {
			return err
		}
		size -= int64(len(block))
	}
	return nil
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
