package web

import (
	"io"
	"net/http"

	"gopherframe"
)

// stream answers with what the app writes, as it comes. Nobody knows what a stream will be
// before it is, so HEAD has nothing written.
func (a *reply) stream(s *gopherframe.Stream) error {
	typ := s.Type
	if typ == 0 {
		typ = a.typ
	}
	write := func(w io.Writer) error { return s.Write(a.q.Context(), w) }
	switch a.kind(typ) {
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
	if a.isHead() {
		return a.content(a.mimeOf(a.selector, typ, nil), -1, nil)
	}
	out := &streamWriter{reply: a, typ: typ}
	if err := write(out); err != nil {
		return err
	}
	if !a.began {
		return out.begin(nil)
	}
	return nil
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
