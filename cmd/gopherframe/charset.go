package main

import (
	"fmt"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"

	"gopherframe"
	"gopherframe/middleware"
)

// A charset is the value of --charset, what clients get instead of UTF-8. The zero charset
// converts nothing.
type charset struct {
	name string            // of the IANA registry: "ISO-8859-1"; "": UTF-8
	enc  encoding.Encoding // nil: ASCII, or UTF-8 if there is no name
}

// UnmarshalText implements encoding.TextUnmarshaler. It takes all names of the IANA registry. An
// empty text is UTF-8.
func (c *charset) UnmarshalText(text []byte) (err error) {
	*c = charset{}
	if len(text) == 0 {
		return nil
	}
	enc, err := ianaindex.MIME.Encoding(string(text))
	if err != nil || enc == nil {
		return fmt.Errorf("%q is not known: write a name of the IANA registry, as iso-8859-1, ibm437, koi8-r or us-ascii", text)
	}
	name, _ := ianaindex.MIME.Name(enc)
	switch name {
	case "UTF-8":
		return nil
	case "US-ASCII":
		enc = nil // with which middleware.Charset replaces what ASCII lacks by what reads alike
	}
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("%q has no place for ASCII, of which the protocol is made: write another", text)
		}
	}()
	middleware.Charset(enc) // panics if enc cannot be used
	*c = charset{name, enc}
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (c charset) MarshalText() ([]byte, error) { return []byte(c.name), nil }

// convert is the middleware that converts answers, except for browsers: their pages are UTF-8.
func (c charset) convert(h gopherframe.Handler) gopherframe.Handler {
	if c.name == "" {
		return h
	}
	converted := middleware.Charset(c.enc)(h)
	return func(q *gopherframe.Request) gopherframe.Response {
		if q.Transport == "http" {
			return h(q)
		}
		return converted(q)
	}
}
