package web

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"gopherframe"
)

// errBegan is the error of an answer that fails when its beginning has been sent.
var errBegan = errors.New("web: the answer has begun")

// A reply writes what the app answers. w counts the bytes of the body.
type reply struct {
	*exchange
	w io.Writer
	q *gopherframe.Request
}

// text answers with a text.
func (a *reply) text(text string) error {
	if a.kind(gopherframe.TypeText) == isContent {
		mime := a.mimeOf(a.selector, gopherframe.TypeText, nil)
		if mime == mimePlain && !utf8.ValidString(text) {
			mime = mimeUnknown
		}
		return a.ranges(mime, time.Time{}, strings.NewReader(text))
	}
	return a.textPage(func(w *textWriter) error {
		_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader(text)}) // in pieces, which need little memory
		return err
	})
}

// binary answers with bytes, which are what the type of the path says.
func (a *reply) binary(b []byte) error {
	if kind := a.kind(a.typ); kind != isContent {
		return a.page(kind, bytes.NewReader(b))
	}
	return a.content(a.mimeOf(a.selector, a.typ, b), int64(len(b)), func() error {
		_, err := a.w.Write(b)
		return err
	})
}

// A kind is how content is shown.
type kind int

const (
	isContent kind = iota // as it is, not as a page
	isText                // a page with the text
	isMenu                // a page with the menu
	isMedia               // a page that shows a picture or plays a sound
)

// kind returns how content of a type is shown at the path of the answer. Pictures, sounds and
// stylesheets at the path of an HTML page are parts of it.
func (a *reply) kind(typ gopherframe.ItemType) kind {
	switch {
	case a.raw, a.typ == gopherframe.TypeHTML && typ.IsText() && byExtension(a.selector) == mimeCSS:
		return isContent
	case typ.IsText():
		return isText
	case typ.IsMenu():
		return isMenu
	case isPicture(typ) || typ == gopherframe.TypeSound:
		if a.typ != gopherframe.TypeHTML {
			return isMedia
		}
	}
	return isContent
}

func isPicture(typ gopherframe.ItemType) bool {
	return typ == gopherframe.TypeImage || typ == gopherframe.TypeGIF
}

// page answers with a page of some kind for the content in r.
func (a *reply) page(kind kind, r io.Reader) error {
	switch kind {
	case isText:
		return a.textPage(func(w *textWriter) error {
			_, err := io.Copy(w, struct{ io.Reader }{r})
			return err
		})
	case isMenu:
		return a.menuPage(func(w io.Writer) error {
			_, err := io.Copy(w, r)
			return err
		})
	}
	return a.media()
}

// content answers with the content itself: send writes it, size bytes, or an unknown number
// if that is negative.
func (a *reply) content(mime string, size int64, send func() error) error {
	if err := a.prepare(contentPolicy); err != nil {
		return err
	}
	a.describe(mime)
	if size >= 0 {
		a.setLength(size)
	}
	a.writeHeader(http.StatusOK)
	if a.isHead() {
		return nil
	}
	return send()
}

// describe sets the header of content: its media type, and the name under which to save what
// browsers do not show.
func (a *reply) describe(mime string) {
	h := a.Header()
	h.Set("Content-Type", mime)
	if !isShown(mime) {
		h.Set("Content-Disposition", attachment(a.selector))
	}
}

// failure answers with an error.
func (a *reply) failure(e *gopherframe.Error) error {
	text := gopherframe.Fail(e).Text
	return a.errorPage(a.w, statusOf(text), text)
}

// statuses has the status of each fixed text. All others are the app's own, such as those of
// NotFound.
var statuses = map[string]int{
	gopherframe.BadSelectorText: http.StatusBadRequest,
	gopherframe.LineTooLongText: http.StatusBadRequest,
	gopherframe.BusyText:        http.StatusServiceUnavailable,
	gopherframe.Fail(nil).Text:  http.StatusInternalServerError,
	timedOutText:                http.StatusGatewayTimeout,
}

func statusOf(text string) int { return cmp.Or(statuses[text], http.StatusNotFound) }
