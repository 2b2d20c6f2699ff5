package gophertest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophertest"
	"gopherframe/middleware"
)

// TestGoodHandlers: TestHandler finds no fault in these.
func TestGoodHandlers(t *testing.T) {
	site, err := files.Dir("../examples/files/site")
	if err != nil {
		t.Fatal(err)
	}
	clock := &gopherframe.Stream{Type: '0', Write: func(ctx context.Context, w io.Writer) error {
		for {
			if _, err := io.WriteString(w, "tick\n"); err != nil {
				return err
			}
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}}
	busy := atomic.Int32{}
	tests := []struct {
		name  string
		h     gopherframe.Handler
		lines []string
	}{
		{"a router", app().Respond, []string{"", "about me.txt", "find\twords"}},
		{"files", files.Server(site), []string{"", "about.txt", "docs", "pictures/burrow.png"}},
		{"an echo", func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text("You sent " + q.Selector + " and " + q.Query)
		}, []string{"a\tb"}},
		{"a menu that echoes", func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.NewMenu().Info(q.Query).Text(q.Query, q.Selector)
		}, []string{"a\tb"}},
		{"dice", func(*gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(fmt.Sprint(rand.IntN(6)))
		}, []string{"a", "b", "c", "d", "e", "f"}},
		{"a clock", answers(clock), nil},
		{"a clock that ends with an error of its own", answers(&gopherframe.Stream{Type: '0', Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, "tick\n")
			<-ctx.Done()
			return errors.New("signal: killed") // as from an exec.Cmd when its context ends
		}}), nil},
		{"one that is slow", func(q *gopherframe.Request) gopherframe.Response {
			select {
			case <-time.After(time.Second):
				return gopherframe.Text("at last")
			case <-q.Context().Done():
				return gopherframe.Fail(q.Context().Err())
			}
		}, nil},
		{"one that is busy at times", func(*gopherframe.Request) gopherframe.Response {
			defer busy.Add(-1)
			if busy.Add(1) > 2 {
				return &gopherframe.Error{Text: gopherframe.BusyText}
			}
			time.Sleep(time.Millisecond)
			return gopherframe.Text("at your service")
		}, nil},
	}
	for _, tt := range tests {
		if tt.name == "files" { // opening a file may block on the system, which a synctest bubble does not allow
			wantError(t, tt.name, gophertest.TestHandler(tt.h, tt.lines...))
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			wantError(t, tt.name, gophertest.TestHandler(tt.h, tt.lines...))
		})
	}
}

// handMade makes a menu without package gopherframe. It does not replace line ends and
// TABs in the query.
func handMade(query string) string {
	return "iYou searched for " + query + ".\t\terror.host\t0\r\n1Home\t\tgopher.example\t70\r\n.\r\n"
}

// TestBrokenHandlers: TestHandler finds every fault that it looks for.
func TestBrokenHandlers(t *testing.T) {
	last := atomic.Value{}
	last.Store("")
	onlyFor := func(selector string, h gopherframe.Handler) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			if strings.Contains(q.Selector+"\t"+q.Query, selector) {
				return h(q)
			}
			return gopherframe.NewMenu().Info("fine")
		}
	}
	fails := func(text string, err error) gopherframe.Handler {
		return answers(&gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, text)
			return err
		}})
	}
	const should = "a line that should be answered well gets "
	stream := func(typ gopherframe.ItemType, write func(q *gopherframe.Request, ctx context.Context, w io.Writer) error) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			return &gopherframe.Stream{Type: typ, Write: func(ctx context.Context, w io.Writer) error { return write(q, ctx, w) }}
		}
	}
	tests := []struct {
		name  string
		h     gopherframe.Handler
		lines []string
		want  string
	}{
		{"a router without routes", gopherframe.NewRouter().Respond, nil, should + `the error "Not found."`},
		{"Pass", answers(gopherframe.Pass), nil, should + `the error "Not found."`},
		{"a failure", answers(gopherframe.Fail(errors.New("broken"))), nil, should + `the error "Internal server error." (broken)`},
		{"a failure for one line", onlyFor("b", answers(gopherframe.NotFound("gone"))), []string{"a", "b"}, `request "b": ` + should + `the error "gone"`},
		{"a panic that middleware made an error of", middleware.Recoverer(func(*gopherframe.Request) gopherframe.Response { panic("boom") }), nil, should + `the error "Internal server error." (panic: boom)`},
		{"no file", answers(&gopherframe.File{FS: fstest.MapFS{}, Name: "a.txt"}), nil, should + `the error "Not found." (open a.txt: file does not exist)`},
		{"a stream that fails", fails("", errors.New("broken")), nil, should + `the error "Internal server error." (broken)`},
		{"a stream that breaks off", fails("some\n", errors.New("broken")), nil, should + "an answer that breaks off: gopherframe: answer cut: broken"},
		{"one that waits until the context ends", func(q *gopherframe.Request) gopherframe.Response {
			<-q.Context().Done()
			return gopherframe.Fail(q.Context().Err())
		}, nil, should + `the error "Timed out." (context deadline exceeded)`},
		{"nil", answers(nil), nil, "returned nil"},
		{"a nil menu", answers((*gopherframe.Menu)(nil)), nil, "returned a nil *gopherframe.Menu"},
		{"a nil error", answers((*gopherframe.Error)(nil)), nil, "returned a nil *gopherframe.Error"},
		{"a stream of nothing", answers(&gopherframe.Stream{}), nil, "a Stream without Write"},
		{"a panic", func(*gopherframe.Request) gopherframe.Response { panic("boom") }, nil, "the handler panicked: boom"},
		{"a panic for a long selector", onlyFor(strings.Repeat("a", 2048), func(*gopherframe.Request) gopherframe.Response { panic("long") }), nil, "the handler panicked: long"},
		{"a panic for bytes that are not UTF-8", onlyFor("\xff", func(*gopherframe.Request) gopherframe.Response { panic("bytes") }), nil, "the handler panicked: bytes"},
		{"a panic for a query", onlyFor("\t+", func(*gopherframe.Request) gopherframe.Response { panic("plus") }), nil, "the handler panicked: plus"},
		{"a panic for HTTP", onlyFor("HTTP/1.1", func(*gopherframe.Request) gopherframe.Response { panic("http") }), nil, "the handler panicked: http"},
		{"a panic without a query", func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Text(q.Extra[0]) }, []string{"find\twords"}, "the handler panicked: runtime error: index out of range"},
		{"a panic for a Request without Host", func(q *gopherframe.Request) gopherframe.Response {
			if q.Host == "" {
				panic("no host")
			}
			return gopherframe.Text("x")
		}, nil, "the handler panicked: no host"},
		{"a panic in a stream", stream('0', func(*gopherframe.Request, context.Context, io.Writer) error { panic("later") }), nil, "the Stream panicked: later"},
		{"a menu as a stream", stream('1', func(q *gopherframe.Request, _ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, handMade(q.Query))
			return err
		}), nil, "became a line of the menu"},
		{"a menu as a text", func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(strings.TrimSuffix(handMade(q.Query), ".\r\n"))
		}, nil, "became a line of the menu"},
		{"a menu as binary, decoded", func(q *gopherframe.Request) gopherframe.Response {
			selector, _ := url.PathUnescape(q.Selector)
			return gopherframe.Binary(handMade(selector))
		}, nil, "became a line of the menu"},
		{"another's file", func(q *gopherframe.Request) gopherframe.Response {
			return &gopherframe.File{Name: "./" + q.Selector, Type: '0'}
		}, nil, "/etc/passwd"},
		{"another's file, decoded", func(q *gopherframe.Request) gopherframe.Response {
			selector, _ := url.PathUnescape(q.Selector)
			content, err := os.ReadFile(selector)
			if err != nil {
				return gopherframe.NotFound("")
			}
			return gopherframe.Text(content)
		}, []string{"about.txt"}, "/etc/passwd"},
		{"a malformed menu", stream('1', func(_ *gopherframe.Request, _ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "0a\ta\th\t70\n.\n")
			return err
		}), nil, "the menu is malformed: line 1: the line ends in LF alone"},
		{"one that changes its request", func(q *gopherframe.Request) gopherframe.Response {
			q.Selector = strings.ToLower(q.Selector)
			return gopherframe.Text("x")
		}, []string{"ABOUT"}, "changed its Request"},
		{"one that changes the fields", func(q *gopherframe.Request) gopherframe.Response {
			for i := range q.Extra {
				q.Extra[i] = strings.TrimSpace(q.Extra[i])
			}
			return gopherframe.Text("x")
		}, []string{"find\t words"}, "changed its Request"},
		{"one that shares state", func(q *gopherframe.Request) gopherframe.Response {
			last.Store(q.Selector)
			time.Sleep(time.Millisecond)
			return gopherframe.Text(last.Load().(string))
		}, []string{"a", "b"}, "something else while others ask"},
		{"one that does not end", func(*gopherframe.Request) gopherframe.Response {
			time.Sleep(time.Minute)
			return gopherframe.Text("late")
		}, nil, "the context had ended before the handler was called, and a second later"},
		{"a stream that does not end", stream('0', func(_ *gopherframe.Request, _ context.Context, w io.Writer) error {
			for range 100 {
				io.WriteString(w, "tick\n")
				time.Sleep(time.Second)
			}
			return nil
		}), nil, "the context ended, and a second later"},
		{"one that looks at the context only once", stream('0', func(_ *gopherframe.Request, ctx context.Context, w io.Writer) error {
			if ctx.Err() == nil {
				time.Sleep(time.Minute)
			}
			return ctx.Err()
		}), nil, "the context ended, and a second later"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			wantError(t, tt.name, gophertest.TestHandler(tt.h, tt.lines...), tt.want, "gophertest: request ")
			time.Sleep(time.Hour) // until the goroutines left behind have ended
		})
	}
}

// TestFaultIsReportedOnce, although hundreds of requests find it.
func TestFaultIsReportedOnce(t *testing.T) {
	err := gophertest.TestHandler(func(*gopherframe.Request) gopherframe.Response { panic("boom") }, "", "a", "b")
	if n := strings.Count(err.Error(), "boom"); n != 1 {
		t.Errorf("%d times: %v", n, err)
	}
}
