package middleware

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"gopherframe"
)

// Charset returns a middleware for clients that know no UTF-8: it converts Text, the
// names in menus, what errors say, and Streams of text to enc, as
// charmap.ISO8859_1 or charmap.CodePage437 of golang.org/x/text. With nil it is
// ASCII. What the target does not have is written in other words: é as e, “ as a
// plain quotation mark, ß as ss; what has none becomes "?". Charset panics if enc
// has no ASCII in it, as UTF-16, because nothing else can be framed.
//
// Selectors stay as they are, since a client has to send them back byte for byte; so
// do hosts. A File passes through: it is sent as long as it is, straight from where
// it lies, so it should be in the right charset there. Binary passes through, and so
// does a Stream of any other type.
//
// A query that is not valid UTF-8 is taken for enc and converted to UTF-8, unless
// that would put a TAB or line end into it; with nil it stays. The handler then sees a
// copy of the Request, so Charset belongs to a Router or a route: what a Router inside
// notes of its match is not seen outside.
//
// It comes inside of Logger and outside of all that makes text, as Footer and Cache,
// so that what is kept is UTF-8. It allocates nothing for an answer in ASCII.
func Charset(enc encoding.Encoding) gopherframe.Middleware {
	c := charset{enc}
	if ascii := c.encode(allASCII); ascii != allASCII {
		panic(fmt.Sprintf("middleware: Charset(%v): ASCII becomes %q there, which cannot be framed; give a charset that has ASCII in it", enc, ascii))
	}
	return func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			return c.convert(next(c.request(q)))
		}
	}
}

// allASCII are the characters that framing and people count on.
const allASCII = "\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

type charset struct{ enc encoding.Encoding }

// request returns q, or a copy whose query is UTF-8.
func (c charset) request(q *gopherframe.Request) *gopherframe.Request {
	if c.enc == nil || utf8.ValidString(q.Query) {
		return q
	}
	query, err := c.enc.NewDecoder().String(q.Query)
	if err != nil || strings.ContainsAny(query, "\t\n\r\x00") {
		return q
	}
	return withQuery(q, query)
}

// convert returns resp in the charset; what it changes is a copy.
func (c charset) convert(resp gopherframe.Response) gopherframe.Response {
	switch r := resp.(type) {
	case gopherframe.Text:
		if !isASCII(string(r)) {
			return gopherframe.Text(c.encode(string(r)))
		}
	case *gopherframe.Menu:
		return c.menu(r)
	case *gopherframe.Error:
		if r != nil && !isASCII(r.Text) {
			return &gopherframe.Error{Text: c.encode(r.Text), Err: r.Err}
		}
	case *gopherframe.Stream:
		if r != nil && r.Type.IsText() {
			return c.stream(r)
		}
	}
	return resp
}

func (c charset) menu(m *gopherframe.Menu) *gopherframe.Menu {
	if m == nil || !slices.ContainsFunc(m.Items, func(it gopherframe.Item) bool { return !isASCII(it.Name) }) {
		return m
	}
	items := slices.Clone(m.Items)
	for i := range items {
		items[i].Name = c.encode(items[i].Name)
	}
	return &gopherframe.Menu{Items: items}
}

// stream returns s with a Write that converts as it goes. At the end of a piece it holds
// back the last character, which an accent may follow, unless that is a line end.
func (c charset) stream(s *gopherframe.Stream) *gopherframe.Stream {
	converted := *s
	converted.Write = func(ctx context.Context, w io.Writer) error {
		out := transform.NewWriter(w, transform.Chain(composer{}, c.transliterator()))
		if err := s.Write(ctx, out); err != nil {
			return err
		}
		return out.Close()
	}
	return &converted
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
