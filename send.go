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
	write := func(resp Response) error { return w.answer(q, resp, info.PlainText) }
	if info.Encode != nil {
		host := q.exchange.hostOf(q)
		if host != q.Host {
			q = q.clone()
			q.Host = host
		}
		write = func(resp Response) error {
			return isolate(q, func() error { return info.Encode(w, q, resp) })
		}
	}
	err := embedded(q, resp)
	if err == nil {
		err = write(resp)
	}
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

// embedded returns an error, and logs it, if resp only embeds a Response, and so has the
// method that marks one.
func embedded(q *Request, resp Response) error {
	switch resp.(type) {
	case Text, Binary, *File, *Menu, *Stream, *Error:
		return nil
	}
	err := fmt.Errorf("the handler returned a %T, which only embeds a Response", resp)
	q.Log().Error("gopherframe: no response", "error", err.Error())
	return err
}

// answer writes a response, all but a Stream with its last bytes by writeLast: only the Write
// of a Stream knows when it ends.
func (w *countingWriter) answer(q *Request, resp Response, plain bool) error {
	switch resp := resp.(type) {
	case *Stream:
		return isolate(q, func() error { return resp.send(q, w, plain) })
	case Binary:
		return w.writeLast(resp)
	}
	out := newOutput(w)
	defer out.release()
	if err := isolate(q, func() error { return out.encode(q, resp, plain) }); err != nil {
		return err
	}
	return w.writeLast(out.buf)
}

// encode collects a Text, *File, *Menu or *Error, and writes what is more than the buffer
// holds: what is left there is the end of the answer. It returns errors of the response and
// of writing; those of writing a menu stay in the output.
func (o *output) encode(q *Request, resp Response, plain bool) error {
	switch resp := resp.(type) {
	case Text:
		fill := func(block []byte) error {
			resp = resp[copy(block, resp):]
			return nil
		}
		return o.text(int64(len(resp)), plain, fill)
	case *Menu:
		o.menu(resp.Items, q.exchange.hostOf(q), q.Port)
	case *Error:
		o.errorItem(resp.clientText())
	case *File:
		return resp.send(o, plain)
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

// text writes a text of size bytes, framed, which fill reads block by block.
func (o *output) text(size int64, plain bool, fill func(block []byte) error) error {
	text := &framing.Text{Plain: plain}
	err := inBlocks(size, fill, func(block []byte) error { return frame(o, text, block) })
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
	found, content, err := filetype.Of(byte(f.Type), f.Name, src)
	if err != nil {
		return err
	}
	typ, size := ItemType(found), info.Size()
	fill := func(block []byte) error {
		_, err := io.ReadFull(content, block)
		return err
	}
	_, copies := o.w.(io.ReaderFrom)
	switch {
	case typ.IsText():
		err = o.text(size, plain, fill)
	case size <= small:
		o.buf = o.buf[:size]
		err = fill(o.buf)
	case copies:
		_, err = io.CopyN(o.countingWriter, content, size)
	default:
		err = inBlocks(size, fill, func(block []byte) error {
			_, err := o.Write(block)
			return err
		})
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // it was cut short meanwhile
	}
	return err
}

// inBlocks has fill fill one block after the other, size bytes in all, and calls use with
// each. It returns the first error of either.
func inBlocks(size int64, fill, use func(block []byte) error) error {
	room := buffers.Get().(*buffer)
	defer buffers.Put(room)
	for size > 0 {
		block := room[:min(size, int64(len(room)))]
		if err := fill(block); err != nil {
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
