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
	"gopherframe/internal/framing"
)

// Charset returns a middleware for clients that cannot show UTF-8. It converts Text, the
// names in menus, the texts of errors, and Streams of a text type to enc, for example
// charmap.ISO8859_1 or charmap.CodePage437 of golang.org/x/text. A nil enc is ASCII. A
// character that enc lacks is replaced by others that read alike: é by e, “ by a plain
// quotation mark, ß by ss. If there are none, it becomes "?". Charset panics if enc does
// not encode ASCII as ASCII, like UTF-16, because such texts cannot be framed.
//
// Selectors stay as they are, because clients must send them back byte for byte, and so do
// hosts. A File is not converted, because it is copied straight from disk: store it in the
// charset that clients are to get. Binary and Streams of other types are not converted
// either.
//
// A query that is not valid UTF-8 is taken to be in enc and converted to UTF-8, unless that
// would put a TAB, a line end or NUL into it. With a nil enc it stays as it is. If the
// query changes, the handler gets a copy of the Request, so use Charset on a Router or a
// route, not around a Router: middleware outside could not see which route matched.
//
// Charset belongs inside Logger and outside all middleware that makes or keeps text, such
// as Footer and Cache, so that these see only UTF-8. It allocates nothing for an answer in
// ASCII.
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

// allASCII has all characters of ASCII that text may have: a charset must encode them as
// they are.
const allASCII = "\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// A charset is the target of a conversion.
type charset struct{ enc encoding.Encoding } // nil: ASCII

// request returns q, or a copy with the query converted to UTF-8.
func (c charset) request(q *gopherframe.Request) *gopherframe.Request {
	if c.enc == nil || utf8.ValidString(q.Query) {
		return q
	}
	query, err := c.enc.NewDecoder().String(q.Query)
	if err != nil || strings.ContainsAny(query, framing.Forbidden) {
		return q
	}
	return withQuery(q, query)
}

// convert returns resp converted to the charset. It does not modify resp.
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

// stream returns s with a Write that converts. Until the next piece is written, it holds
// back the last character of a piece, because a combining mark may follow, unless that is a
// line end.
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
