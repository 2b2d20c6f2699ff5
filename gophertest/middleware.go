package gophertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing/fstest"

	"gopherframe"
	"gopherframe/internal/memory"
)

// TestMiddleware tests what every [gopherframe.Middleware] has to do, and returns
// an error that joins all that is wrong, nil if nothing is. It puts mw round an app
// of its own, and tests that
//
//   - mw(next) is no nil, and does not call next before there is a request;
//   - next is called once at most for a request, and for one of them at least;
//   - the answer is not nil, and the fields of the Request stay as they are;
//   - next gets the parameters, pattern, base, and context values of the request,
//     and what it registers with AfterWrite is called;
//   - the answer of next is not changed, as others may have it: middleware copies;
//   - [gopherframe.Pass] is passed on, and a panic of next stays one or becomes an
//     error. One that gets lost in a goroutine of mw ends the program.
//
// If all this is so, it runs [TestHandler] on the app.
//
// The requests are plain lines over "tcp" from 192.0.2.1 to gopher.example, port
// 7070: a middleware that refuses these cannot be tested so.
func TestMiddleware(mw gopherframe.Middleware) error {
	t := &middlewareTrial{mw: mw}
	h := t.mw(func(*gopherframe.Request) gopherframe.Response {
		t.errorf("", "next is called although there is no request")
		return gopherframe.Text("")
	})
	if h == nil {
		t.errorf("", "the middleware returned a nil Handler")
	}
	if len(t.errs) > 0 {
		return errors.Join(t.errs...)
	}
	called := false
	for _, line := range slices.Concat(answered, failing) {
		called = t.passesOn(line) || called
	}
	if !called {
		t.errorf("", "next is never called, so nothing of it could be tested")
	}
	t.passes()
	t.panics()
	if len(t.errs) > 0 {
		return errors.Join(t.errs...)
	}
	t.h = app(t.mw)
	return t.run(answered, failing)
}

// A middlewareTrial collects what is wrong with a middleware.
type middlewareTrial struct {
	trial
	mw gopherframe.Middleware
}

// answered are requests that the app of a middlewareTrial answers well, and failing are
// some that it answers with an error.
var (
	answered = []string{"app", "app/text/gopher", "app/find\twords", "app/file.txt", "app/binary", "app/stream"}
	failing  = []string{"app/error", "app/nothing"}
)

// answers returns the answers of the app. A middleware gets the same value every
// time, and so must not change it.
func answers() map[string]gopherframe.Response {
	site := fstest.MapFS{"file.txt": {Data: []byte("a file\n")}}
	return map[string]gopherframe.Response{
		"":            gopherframe.NewMenu().Info("Welcome").Text("A text", "app/text/gopher").Search("Search", "app/find"),
		"text/{name}": gopherframe.Text("a text\n.\nof three lines\n"),
		"find":        gopherframe.NewMenu().Info("You searched.").Text("Found", "app/text/found"),
		"file.txt":    &gopherframe.File{FS: site, Name: "file.txt", Type: gopherframe.TypeText},
		"binary":      gopherframe.Binary{0, 1, 2, '\r', '\n', 255},
		"error":       gopherframe.NotFound(""),
		"stream": &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "a stream\n")
			return err
		}},
	}
}

// app returns the app, mounted, within middleware.
func app(mw ...gopherframe.Middleware) gopherframe.Handler {
	r := gopherframe.NewRouter()
	r.Use(mw...)
	for pattern, resp := range answers() {
		r.Handle(pattern, func(*gopherframe.Request) gopherframe.Response { return resp })
	}
	outer := gopherframe.NewRouter()
	outer.Mount("app", r.Respond)
	return outer.Respond
}

// A record is what was seen of one exchange, by way of its context.
type record struct {
	calls, hooks atomic.Int32
	resp         gopherframe.Response // what next returned
	copied       gopherframe.Response // what it had in it then
}

type recordKey struct{}

// passesOn makes one exchange, looks at what next gets and what becomes of its
// answer, and reports whether it was called.
func (t *middlewareTrial) passesOn(line string) bool {
	rec := &record{}
	lost := atomic.Bool{} // the context
	before := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response { return t.call(line, next, q) }
	}
	behind := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if q.Context().Value(recordKey{}) != rec {
				lost.Store(true)
			}
			rec.calls.Add(1)
			q.AfterWrite(func(gopherframe.Sent) { rec.hooks.Add(1) })
			t.request(line, q)
			resp := next(q)
			rec.resp, rec.copied = resp, deepCopy(resp)
			return resp
		}
	}
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), recordKey{}, rec), trialTime)
	defer cancel()
	drain(memory.Ask(ctx, app(before, t.mw, behind), line+"\r\n", trialInfo))
	calls := rec.calls.Load()
	if lost.Load() {
		t.errorf(line, "the context that next gets has not the values of the one before: derive it")
	}
	if calls > 1 {
		t.errorf(line, "next is called %d times for one request", calls)
	}
	if hooks := rec.hooks.Load(); hooks != calls {
		t.errorf(line, "what next registered with AfterWrite was not called: pass on the Request, or a copy by WithContext")
	}
	if !alike(rec.resp, rec.copied) {
		t.errorf(line, "the answer of next was changed, which others may have, too: copy it")
	}
	return calls > 0
}

// request looks at what a Router noted in the Request.
func (t *middlewareTrial) request(line string, q *gopherframe.Request) {
	name, isText := strings.CutPrefix(line, "app/text/")
	if isText && (q.Param("name") != name || q.Pattern() != "text/{name}") {
		t.errorf(line, "next gets the pattern %q and the parameter %q, not those of the match: pass on the Request, or a copy by WithContext", q.Pattern(), q.Param("name"))
	}
	if q.Base() != "app/" {
		t.errorf(line, "next gets the base %q, not that of the Mount: pass on the Request, or a copy by WithContext", q.Base())
	}
}

// deepCopy returns what an answer has in it, as far as that can be changed.
func deepCopy(resp gopherframe.Response) gopherframe.Response {
	switch resp := resp.(type) {
	case gopherframe.Binary:
		return append(gopherframe.Binary{}, resp...)
	case *gopherframe.Menu:
		return gopherframe.NewMenu().Add(resp.Items...)
	case *gopherframe.Error:
		c := *resp
		return &c
	case *gopherframe.File:
		c := *resp
		return &c
	case *gopherframe.Stream:
		c := *resp
		return &c
	}
	return resp
}

// alike compares an answer with its copy. Functions can only be told apart by
// where their code is.
func alike(a, b gopherframe.Response) bool {
	if s, ok := a.(*gopherframe.Stream); ok {
		c := b.(*gopherframe.Stream)
		return s.Type == c.Type && reflect.ValueOf(s.Write).Pointer() == reflect.ValueOf(c.Write).Pointer()
	}
	return reflect.DeepEqual(a, b)
}

// passes has next return Pass.
func (t *middlewareTrial) passes() {
	called := false
	h := t.mw(func(*gopherframe.Request) gopherframe.Response {
		called = true
		return gopherframe.Pass
	})
	answer, err := t.end(h)
	if called && err == nil && answer.Response() != gopherframe.Pass {
		t.errorf("pass", "next returned Pass, and the middleware made %s of it", describe(answer.Response()))
	}
}

// panics has next panic.
func (t *middlewareTrial) panics() {
	called := false
	h := t.mw(func(*gopherframe.Request) gopherframe.Response {
		called = true
		panic("a panic of TestMiddleware")
	})
	answer, err := t.end(h)
	if called && err == nil && gopherframe.ErrorOf(answer.Response()) == nil {
		t.errorf("panic", "next panicked, and the middleware made %s of it", describe(answer.Response()))
	}
}

// end makes an exchange, of which only the end matters.
func (t *middlewareTrial) end(h gopherframe.Handler) (*memory.Answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), trialTime)
	defer cancel()
	answer := memory.Ask(ctx, h, "x\r\n", trialInfo)
	return answer, drain(answer)
}

func describe(resp gopherframe.Response) string {
	if resp == nil {
		return "nil"
	}
	return fmt.Sprintf("a %T", resp)
}
