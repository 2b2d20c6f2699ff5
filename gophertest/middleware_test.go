package gophertest_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/gophertest"
	"gopherframe/middleware"
)

// TestGoodMiddleware: TestMiddleware finds no fault in these.
func TestGoodMiddleware(t *testing.T) {
	footer := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			resp := next(q)
			if m, ok := resp.(*gopherframe.Menu); ok {
				return gopherframe.NewMenu().Add(m.Items...).Info("Bye")
			}
			return resp
		}
	}
	timeout := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			ctx, cancel := context.WithTimeout(q.Context(), time.Second)
			q.AfterWrite(func(gopherframe.Sent) { cancel() })
			return next(q.WithContext(ctx))
		}
	}
	var kept sync.Map
	cache := func(next gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			key := q.Selector + "\t" + q.Query
			if resp, ok := kept.Load(key); ok {
				return resp.(gopherframe.Response)
			}
			resp := next(q)
			if text, ok := resp.(gopherframe.Text); ok {
				kept.Store(key, text)
			}
			return resp
		}
	}
	for name, mw := range map[string]gopherframe.Middleware{
		"nothing":   func(next gopherframe.Handler) gopherframe.Handler { return next },
		"footer":    footer,
		"timeout":   timeout,
		"cache":     cache,
		"Logger":    middleware.Logger(slog.New(slog.DiscardHandler)),
		"Recoverer": middleware.Recoverer,
		"MaxLine":   middleware.MaxLine(100),
	} {
		wantError(t, name, gophertest.TestMiddleware(mw))
	}
}

// TestBrokenMiddleware: TestMiddleware finds every fault that it looks for.
func TestBrokenMiddleware(t *testing.T) {
	around := func(f func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response) gopherframe.Middleware {
		return func(next gopherframe.Handler) gopherframe.Handler {
			return func(q *gopherframe.Request) gopherframe.Response { return f(q, next) }
		}
	}
	after := func(f func(resp gopherframe.Response) gopherframe.Response) gopherframe.Middleware {
		return around(func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response { return f(next(q)) })
	}
	tests := []struct {
		name string
		mw   gopherframe.Middleware
		want []string
	}{
		{"nil", func(gopherframe.Handler) gopherframe.Handler { return nil }, []string{"returned a nil Handler"}},
		{"too early", func(next gopherframe.Handler) gopherframe.Handler {
			next(&gopherframe.Request{})
			return next
		}, []string{"next is called although there is no request"}},
		{"never", around(func(*gopherframe.Request, gopherframe.Handler) gopherframe.Response { return gopherframe.Text("no") }), []string{"next is never called"}},
		{"twice", around(func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response {
			next(q)
			return next(q)
		}), []string{`request "app": next is called 2 times`}},
		{"a new Request", around(func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response {
			return next((&gopherframe.Request{Selector: q.Selector, Query: q.Query, Extra: q.Extra, Host: q.Host, Port: q.Port}).WithContext(q.Context()))
		}), []string{`next gets the pattern "" and the parameter ""`, "gave to AfterWrite was not called", `next gets the base ""`}},
		{"another context", around(func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response {
			return next(q.WithContext(context.Background()))
		}), []string{"lacks the values of the context of the Request"}},
		{"a changed Request", around(func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response {
			q.Query = ""
			return next(q)
		}), []string{`request "app/find\twords": the handler changed its Request`}},
		{"a changed menu", after(func(resp gopherframe.Response) gopherframe.Response {
			if m, ok := resp.(*gopherframe.Menu); ok {
				return m.Info("Bye")
			}
			return resp
		}), []string{`request "app": the answer of next was changed`}},
		{"a changed item", after(func(resp gopherframe.Response) gopherframe.Response {
			if m, ok := resp.(*gopherframe.Menu); ok && len(m.Items) > 0 {
				m.Items[0].Name = strings.ToUpper(m.Items[0].Name)
			}
			return resp
		}), []string{"the answer of next was changed"}},
		{"changed bytes", after(func(resp gopherframe.Response) gopherframe.Response {
			if b, ok := resp.(gopherframe.Binary); ok {
				b[0] = 'x'
			}
			return resp
		}), []string{`request "app/binary": the answer of next was changed`}},
		{"a changed error", after(func(resp gopherframe.Response) gopherframe.Response {
			if e, ok := resp.(*gopherframe.Error); ok {
				e.Text = "Nothing here."
			}
			return resp
		}), []string{`request "app/error": the answer of next was changed`}},
		{"a changed file", after(func(resp gopherframe.Response) gopherframe.Response {
			if f, ok := resp.(*gopherframe.File); ok {
				f.Type = '9'
			}
			return resp
		}), []string{`request "app/file.txt": the answer of next was changed`}},
		{"a changed stream", after(func(resp gopherframe.Response) gopherframe.Response {
			if s, ok := resp.(*gopherframe.Stream); ok {
				s.Write = func(context.Context, io.Writer) error { return nil }
			}
			return resp
		}), []string{`request "app/stream": the answer of next was changed`}},
		{"an answer instead of Pass", after(func(resp gopherframe.Response) gopherframe.Response {
			if resp == gopherframe.Pass {
				return gopherframe.NotFound("")
			}
			return resp
		}), []string{"next returned Pass, and the middleware made a *gopherframe.Error of it"}},
		{"nil instead of a panic", around(func(q *gopherframe.Request, next gopherframe.Handler) (resp gopherframe.Response) {
			defer func() { recover() }()
			return next(q)
		}), []string{"next panicked, and the middleware made nil of it"}},
		{"a nil", after(func(resp gopherframe.Response) gopherframe.Response {
			if _, ok := resp.(gopherframe.Text); ok {
				return nil
			}
			return resp
		}), []string{`request "app/text/gopher": the handler returned nil`}},
		{"an error for good answers", after(func(resp gopherframe.Response) gopherframe.Response {
			if _, ok := resp.(gopherframe.Text); ok {
				return gopherframe.NotFound("no")
			}
			return resp
		}), []string{`request "app/text/gopher": a line that should be answered well gets the error "no"`}},
		{"a fault that TestHandler finds", around(func(q *gopherframe.Request, next gopherframe.Handler) gopherframe.Response {
			if strings.Contains(q.Query, "HTTP") {
				panic("HTTP")
			}
			return next(q)
		}), []string{"the handler panicked: HTTP"}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			wantError(t, tt.name, gophertest.TestMiddleware(tt.mw), tt.want...)
		})
	}
}
