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

// TestMiddleware tests what every [gopherframe.Middleware] has to do. It returns an error
// that joins all faults, nil if there are none. It puts mw around the handlers of an app
// of its own, and tests that
//
//   - mw(next) is not nil, and does not call next before there is a request;
//   - next is called at most once for each request, and at least for one of them;
//   - the answer is not nil, and the fields of the Request stay as they are;
//   - next gets the parameters, pattern, base, and context values of the request, and
//     the functions that it gives to AfterWrite are called;
//   - the answer of next is not changed, because other requests may share it: a
//     middleware changes a copy;
//   - [gopherframe.Pass] is passed on;
//   - a panic of next goes on, or becomes an error. A middleware that calls next in a
//     goroutine and does not recover there ends the test program.
//
// If it finds no fault, it tests the app with mw as [TestHandler] does.
//
// The requests come over "tcp" from 192.0.2.1 to gopher.example, port 7070. A middleware
// that refuses these cannot be tested with it.
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
		called = t.handsOn(line) || called
	}
	if !called {
		t.errorf("", "next is never called, so nothing could be tested")
	}
	t.keepsPass()
	t.keepsPanic()
	if len(t.errs) > 0 {
		return errors.Join(t.errs...)
	}
	t.h = app(t.mw)
	return t.run(answered, failing)
}

// A middlewareTrial collects what is wrong with a middleware. The handler of its trial is
// set last, to the app with mw.
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

// appAnswers returns the answers of the app by pattern. Its handlers return the same values
// for every request, as a cache does.
func appAnswers() map[string]gopherframe.Response {
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

// app returns an app that is mounted at "app" and uses mw.
func app(mw ...gopherframe.Middleware) gopherframe.Handler {
	r := gopherframe.NewRouter()
	r.Use(mw...)
	for pattern, resp := range appAnswers() {
		r.Handle(pattern, func(*gopherframe.Request) gopherframe.Response { return resp })
	}
	outer := gopherframe.NewRouter()
	outer.Mount("app", r.Respond)
	return outer.Respond
}

// valueKey is the key of a context value that next should find.
type valueKey struct{}

// handsOn asks for the line, reports what next does not get and whether its answer was
// changed, and returns whether next was called.
func (t *middlewareTrial) handsOn(line string) bool {
	var (
		calls, hooks atomic.Int32 // of next, and of the function that it gave to AfterWrite
		valueLost    atomic.Bool
		resp, copied gopherframe.Response // what next returned, and a copy from then
	)
	outer := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response { return t.call(line, next, q) }
	}
	inner := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if q.Context().Value(valueKey{}) != line {
				valueLost.Store(true)
			}
			calls.Add(1)
			q.AfterWrite(func(gopherframe.Sent) { hooks.Add(1) })
			t.routed(line, q)
			resp = next(q)
			copied = deepCopy(resp)
			return resp
		}
	}
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), valueKey{}, line), trialTime)
	defer cancel()
	drain(memory.Ask(ctx, app(outer, t.mw, inner), line+"\r\n", trialInfo))
	if valueLost.Load() {
		t.errorf(line, "the context that next gets lacks the values of the context of the Request: derive it from that")
	}
	if n := calls.Load(); n > 1 {
		t.errorf(line, "next is called %d times for one request", n)
	}
	if hooks.Load() != calls.Load() {
		t.errorf(line, "the function that next gave to AfterWrite was not called: pass on the Request, or a copy by WithContext")
	}
	if !alike(resp, copied) {
		t.errorf(line, "the answer of next was changed, which other requests may share: change a copy")
	}
	return calls.Load() > 0
}

// routed reports what next does not get of the notes that the routers made in the Request.
func (t *middlewareTrial) routed(line string, q *gopherframe.Request) {
	name, isText := strings.CutPrefix(line, "app/text/")
	if isText && (q.Param("name") != name || q.Pattern() != "text/{name}") {
		t.errorf(line, "next gets the pattern %q and the parameter %q, not those of the match: pass on the Request, or a copy by WithContext", q.Pattern(), q.Param("name"))
	}
	if q.Base() != "app/" {
		t.errorf(line, "next gets the base %q, not that of the Mount: pass on the Request, or a copy by WithContext", q.Base())
	}
}

// deepCopy returns a copy of an answer, with all that a middleware could change.
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

// alike reports whether an answer equals its copy. Go cannot compare functions, so those
// of two Streams are equal if they have the same code.
func alike(a, b gopherframe.Response) bool {
	if s, ok := a.(*gopherframe.Stream); ok {
		c := b.(*gopherframe.Stream)
		return s.Type == c.Type && reflect.ValueOf(s.Write).Pointer() == reflect.ValueOf(c.Write).Pointer()
	}
	return reflect.DeepEqual(a, b)
}

// keepsPass reports a middleware that answers itself when next returns Pass.
func (t *middlewareTrial) keepsPass() {
	called := false
	h := t.mw(func(*gopherframe.Request) gopherframe.Response {
		called = true
		return gopherframe.Pass
	})
	resp, err := respond(h)
	if called && err == nil && resp != gopherframe.Pass {
		t.errorf("pass", "next returned Pass, and the middleware made %s of it", describe(resp))
	}
}

// keepsPanic reports a middleware that makes an answer other than an error of a panic.
func (t *middlewareTrial) keepsPanic() {
	called := false
	h := t.mw(func(*gopherframe.Request) gopherframe.Response {
		called = true
		panic("a panic of TestMiddleware")
	})
	resp, err := respond(h)
	if called && err == nil && gopherframe.ErrorOf(resp) == nil {
		t.errorf("panic", "next panicked, and the middleware made %s of it", describe(resp))
	}
}

// respond asks h, and returns its Response. The error says that it panicked or does not
// end.
func respond(h gopherframe.Handler) (gopherframe.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), trialTime)
	defer cancel()
	answer := memory.Ask(ctx, h, "x\r\n", trialInfo)
	err := drain(answer)
	return answer.Response(), err
}

// describe names the type of an answer.
func describe(resp gopherframe.Response) string {
	if resp == nil {
		return "nil"
	}
	return fmt.Sprintf("a %T", resp)
}
