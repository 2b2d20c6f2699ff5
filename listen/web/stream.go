package web

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"gopherframe"
)

// stream answers with what the app writes, as it comes. For HEAD it is written up to its
// first byte, since it may fail before.
func (a *reply) stream(s *gopherframe.Stream) error {
	typ := s.Type
	if typ == 0 {
		typ = a.typ
	}
	write := func(w io.Writer) error { return s.Write(a.q.Context(), w) }
	kind := a.kind(typ)
	var head []byte
	if a.isHead() && kind != isMedia {
		var err error
		if head, err = a.firstOf(s); err != nil {
			return err
		}
	}
	switch kind {
	case isText:
		return a.textPage(func(w *textWriter) error {
			w.prompt = true
			return write(w)
		})
	case isMenu:
		return a.menuPage(write)
	case isMedia:
		return a.media()
	}
	out := &streamWriter{reply: a, typ: typ}
	if a.isHead() {
		return out.begin(head)
	}
	if err := write(out); err != nil {
		return err
	}
	if !a.began {
		return out.begin(nil)
	}
	return nil
}

// firstOf returns the first bytes of a stream, whose context then ends.
func (a *reply) firstOf(s *gopherframe.Stream) ([]byte, error) {
	ctx, cancel := context.WithCancel(a.q.Context())
	defer cancel()
	first := &firstWriter{enough: cancel}
	if err := s.Write(ctx, first); err != nil && first.head == nil {
		return nil, err
	}
	return first.head, nil
}

// A firstWriter takes the first bytes, and none after them.
type firstWriter struct {
	head   []byte
	enough func()
}

func (f *firstWriter) Write(p []byte) (int, error) {
	if len(p) > 0 && f.head == nil {
		f.head = bytes.Clone(p)
		f.enough()
		return len(p), nil
	}
	if len(p) > 0 {
		return 0, context.Canceled
	}
	return 0, nil
}

// A streamWriter writes the content of a stream. The header waits for the first byte, because
// the stream may fail before.
type streamWriter struct {
	*reply
	typ gopherframe.ItemType
}

func (s *streamWriter) begin(head []byte) error {
	if err := s.prepare(contentPolicy); err != nil {
		return err
	}
	s.describe(s.mimeOf(s.selector, s.typ, head))
	s.Header().Set("Accept-Ranges", "none")
	s.writeHeader(http.StatusOK)
	return nil
}

// Write sends p at once.
func (s *streamWriter) Write(p []byte) (int, error) {
	if !s.began {
		if err := s.begin(p); err != nil {
			return 0, err
		}
	}
	n, err := s.w.Write(p)
	if err == nil {
		err = s.flush()
	}
	return n, err
}

// ReadFrom must not be that of the exchange.
func (s *streamWriter) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{s}, r)
}
