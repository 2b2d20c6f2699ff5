package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

// counting returns a handler that answers its nth call with make(n), and the number of
// calls.
func counting(make func(n int64) gopherframe.Response) (h gopherframe.Handler, calls *atomic.Int64) {
	calls = new(atomic.Int64)
	return func(*gopherframe.Request) gopherframe.Response { return make(calls.Add(1)) }, calls
}

func numbered(n int64) gopherframe.Response { return gopherframe.Text(fmt.Sprint("answer ", n)) }

func TestCacheKeepsValues(t *testing.T) {
	tests := []struct {
		name string
		make func(n int64) gopherframe.Response
		kept bool
	}{
		{"text", numbered, true},
		{"binary", func(n int64) gopherframe.Response { return gopherframe.Binary{byte(n)} }, true},
		{"nil binary", func(n int64) gopherframe.Response { return gopherframe.Binary(nil) }, true},
		{"menu", func(n int64) gopherframe.Response {
			return gopherframe.NewMenu().Infof("%d", n).Link('1', "a", "b").Add(gopherframe.Item{Type: '0', Name: "x", Selector: "y", Host: "h", Port: 7})
		}, true},
		{"empty menu", func(n int64) gopherframe.Response { return gopherframe.NewMenu() }, true},
		{"error", func(n int64) gopherframe.Response { return gopherframe.NotFound("") }, false},
		{"file", func(n int64) gopherframe.Response { return &gopherframe.File{Name: "x"} }, false},
		{"stream", func(n int64) gopherframe.Response { return &gopherframe.Stream{Type: '0'} }, false},
		{"pass", func(n int64) gopherframe.Response { return gopherframe.Pass }, false},
		{"nil", func(n int64) gopherframe.Response { return nil }, false},
		{"nil menu", func(n int64) gopherframe.Response { return (*gopherframe.Menu)(nil) }, false},
		{"over the size", func(n int64) gopherframe.Response { return gopherframe.Text(strings.Repeat("x", 5000)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner, calls := counting(tt.make)
			h := middleware.Cache(time.Hour, 5000)(inner)
			want := tt.make(1)
			for range 3 {
				got := h(&gopherframe.Request{Selector: "x"})
				if !tt.kept {
					continue
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			if kept := calls.Load() == 1; kept != tt.kept {
				t.Errorf("%d calls", calls.Load())
			}
		})
	}
}

func TestCacheKey(t *testing.T) {
	r := gopherframe.NewRouter()
	inner, calls := counting(numbered)
	cache := middleware.Cache(time.Hour, 1<<20)
	r.With(cache).Handle("a", inner)
	r.With(cache).Handle("b/c", inner)
	below := gopherframe.NewRouter()
	below.With(cache).Handle("{x...}", inner)
	r.Mount("b", below.Respond)
	r.Mount("d", below.Respond)
	ask := func(line string, change func(*gopherframe.Info)) {
		info := gopherframe.Info{Transport: "tcp"}
		if change != nil {
			change(&info)
		}
		exchange(t, r.Respond, line+"\n", info)
	}
	tests := []struct {
		name   string
		line   string
		change func(*gopherframe.Info)
		hit    bool
	}{
		{"first", "a", nil, false},
		{"again", "a", nil, true},
		{"slash", "/a", nil, false},
		{"empty query", "a\t", nil, false},
		{"empty query again", "a\t", nil, true},
		{"query", "a\tq", nil, false},
		{"query again", "a\tq", nil, true},
		{"transport", "a", func(i *gopherframe.Info) { i.Transport = "tls" }, false},
		{"server name", "a", func(i *gopherframe.Info) { i.ServerName = "x" }, false},
		{"host", "a", func(i *gopherframe.Info) { i.Host = "x" }, false},
		{"port", "a", func(i *gopherframe.Info) { i.Port = 7 }, false},
		{"again", "a", nil, true},
		{"route", "b/c", nil, false},
		{"mounted", "b/x", nil, false},
		{"mounted again", "b/x", nil, true},
		{"mounted elsewhere", "d/x", nil, false},
		{"Gopher+", "a\tq\t+", nil, false},
		{"Gopher+ again", "a\tq\t+", nil, false},
		{"+", "a\t+", nil, false},
		{"+ again", "a\t+", nil, false},
		{"attributes", "a\t!+INFO", nil, false},
		{"attributes again", "a\t!+INFO", nil, false},
		{"price", "a\t$5", nil, false},
		{"price again", "a\t$5", nil, false},
	}
	for _, tt := range tests {
		before := calls.Load()
		ask(tt.line, tt.change)
		if hit := calls.Load() == before; hit != tt.hit {
			t.Errorf("%s: hit %v", tt.name, hit)
		}
	}
	before := calls.Load()
	for range 2 { // the field is in Extra only, as GopherPlus leaves it
		r.Respond(&gopherframe.Request{Selector: "a", Extra: []string{"+"}})
	}
	if n := calls.Load() - before; n != 2 {
		t.Errorf("a Gopher+ request taken out of Query: %d calls", n)
	}
}

func TestCacheExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, _ := counting(func(n int64) gopherframe.Response {
			time.Sleep(time.Second)
			return numbered(n)
		})
		h := middleware.Cache(time.Minute, 1<<20)(inner)
		for _, want := range []string{"answer 1", "answer 1", "answer 2"} {
			if got := fmt.Sprint(h(&gopherframe.Request{})); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			time.Sleep(40 * time.Second)
		}
	})
}

// TestCacheIsPrivate: what is kept does not change if the handler changes its answer later,
// or middleware adds to what it got.
func TestCacheIsPrivate(t *testing.T) {
	menu := gopherframe.NewMenu().Info("mine").Info("too")
	data := gopherframe.Binary("mine")
	var resp gopherframe.Response
	h := middleware.Cache(time.Hour, 1<<20)(func(*gopherframe.Request) gopherframe.Response { return resp })
	resp = menu
	q := &gopherframe.Request{Selector: "menu"}
	h(q)
	menu.Items[0].Name = "changed"
	menu.Items = menu.Items[:1]
	for range 2 {
		got := h(q).(*gopherframe.Menu)
		if diff := cmp.Diff(gopherframe.NewMenu().Info("mine").Info("too"), got); diff != "" {
			t.Errorf("menu (-want +got):\n%s", diff)
		}
		got.Info("added by a middleware")
	}
	resp = data
	q = &gopherframe.Request{Selector: "binary"}
	h(q)
	data[0] = 'X'
	for range 2 {
		got := h(q).(gopherframe.Binary)
		if string(got) != "mine" {
			t.Errorf("binary %q", got)
		}
		_ = append(got, '!')
	}
}

// TestCacheIsBounded: the memory in use stays near the size given, whatever clients ask
// for.
func TestCacheIsBounded(t *testing.T) {
	const size = 4 << 20
	h := middleware.Cache(time.Hour, size)(func(q *gopherframe.Request) gopherframe.Response {
		switch q.Selector {
		case "text":
			return gopherframe.Text(strings.Repeat("x", 64<<10)[:10]) // a small part of a large string
		case "menu":
			large := strings.Repeat("y", 64<<10)
			return gopherframe.NewMenu().Info(large[:40]).Text(large[:5], large[:9])
		}
		return gopherframe.Binary(bytes.Repeat([]byte("x"), 1000))
	})
	before := heap()
	for i := range 10_000 {
		for _, selector := range []string{"text", "menu", "binary"} {
			h(&gopherframe.Request{Selector: selector, Query: fmt.Sprint(i)})
		}
	}
	if used := heap() - before; used > size*5/4 || used < size/4 {
		t.Errorf("%d bytes", used)
	}
	runtime.KeepAlive(h)
}

// TestCacheWeighs: an answer is kept if it and its key fit, whichever part of them is
// large.
func TestCacheWeighs(t *testing.T) {
	const size = 100_000
	large := strings.Repeat("x", size)
	small := gopherframe.Text("")
	item := func(it gopherframe.Item) gopherframe.Response { return gopherframe.NewMenu().Add(it) }
	kept := func(maxBytes int64, q *gopherframe.Request, resp gopherframe.Response) bool {
		inner, calls := counting(func(int64) gopherframe.Response { return resp })
		h := middleware.Cache(time.Hour, maxBytes)(inner)
		h(q)
		h(q)
		return calls.Load() == 1
	}
	for _, tt := range []struct {
		name string
		q    *gopherframe.Request
		resp gopherframe.Response
	}{
		{"selector", &gopherframe.Request{Selector: large}, small},
		{"query", &gopherframe.Request{Query: large, Extra: []string{large}}, small},
		{"host", &gopherframe.Request{Host: large}, small},
		{"server name", &gopherframe.Request{ServerName: large}, small},
		{"text", &gopherframe.Request{}, gopherframe.Text(large)},
		{"binary", &gopherframe.Request{}, gopherframe.Binary(large)},
		{"name of an item", &gopherframe.Request{}, item(gopherframe.Item{Name: large})},
		{"selector of an item", &gopherframe.Request{}, item(gopherframe.Item{Selector: large})},
		{"host of an item", &gopherframe.Request{}, item(gopherframe.Item{Host: large})},
		{"items", &gopherframe.Request{}, &gopherframe.Menu{Items: make([]gopherframe.Item, size/104)}},
	} {
		if kept(size, tt.q, tt.resp) || !kept(size+1000, tt.q, tt.resp) {
			t.Errorf("%s: kept in less than it takes, or not kept in more", tt.name)
		}
	}
	if q := (&gopherframe.Request{}); kept(512+4, q, gopherframe.Text("12345")) || !kept(512+5, q, gopherframe.Text("12345")) {
		t.Error("five bytes do not take 512 and 5")
	}
}

// A member is one of the clients that herd makes.
type member struct {
	cancel context.CancelFunc
	resp   gopherframe.Response
	panic  any
	notes  []slog.Attr
	done   bool
}

// herd makes n equal requests, one a second, each with a context of its own.
func herd(t *testing.T, h gopherframe.Handler, n int, info gopherframe.Info) []*member {
	members := make([]*member, n)
	for i := range members {
		m := &member{}
		members[i] = m
		ctx, cancel := context.WithCancel(t.Context())
		m.cancel = cancel
		go func() {
			gopherframe.Serve(ctx, client{strings.NewReader("x\n"), io.Discard}, func(q *gopherframe.Request) gopherframe.Response {
				defer func() {
					m.done = true
					m.notes = q.Annotate()
					m.panic = recover()
				}()
				m.resp = h(q)
				return m.resp
			}, info)
		}()
		time.Sleep(time.Second)
		synctest.Wait()
	}
	return members
}

func TestCacheOfAHerd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, calls := counting(func(n int64) gopherframe.Response {
			time.Sleep(time.Minute)
			return numbered(n)
		})
		var log bytes.Buffer
		h := middleware.Logger(newLog(&log))(middleware.Cache(time.Hour, 1<<20)(inner))
		herd(t, h, 3, gopherframe.Info{})
		time.Sleep(time.Minute)
		herd(t, h, 1, gopherframe.Info{})
		if calls.Load() != 1 {
			t.Errorf("%d calls", calls.Load())
		}
		for _, how := range []struct {
			name string
			want int
		}{{"miss", 1}, {"shared", 2}, {"hit", 1}} {
			if n := strings.Count(log.String(), "bytes=13 outcome=ok cache="+how.name+"\n"); n != how.want {
				t.Errorf("%d times %s: %s", n, how.name, log.String())
			}
		}
	})
}

// TestCacheOfAClientThatLeft: a client that leaves does not affect those that wait with it.
// When the last one has left, the context of the handler ends.
func TestCacheOfAClientThatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		calls := 0
		h := middleware.Cache(time.Hour, 1<<20)(func(q *gopherframe.Request) gopherframe.Response {
			calls++
			select {
			case <-time.After(time.Minute):
				return gopherframe.Text("done")
			case <-q.Context().Done():
				ended = q.Context().Err()
				return gopherframe.Fail(ended)
			}
		})
		members := herd(t, h, 3, gopherframe.Info{})
		members[0].cancel()
		members[1].cancel()
		synctest.Wait()
		for _, m := range members[:2] {
			if err := gopherframe.ErrorOf(m.resp); !errors.Is(err, context.Canceled) {
				t.Errorf("who left got %v", m.resp)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := members[2].resp; got != gopherframe.Text("done") || ended != nil || calls != 1 {
			t.Errorf("the one who stayed got %v; %v, %d calls", got, ended, calls)
		}

		h = middleware.Cache(time.Hour, 1<<20)(func(q *gopherframe.Request) gopherframe.Response {
			calls++
			<-q.Context().Done()
			time.Sleep(10 * time.Second) // takes its time to return
			return gopherframe.Fail(q.Context().Err())
		})
		var log bytes.Buffer
		for _, m := range herd(t, h, 2, gopherframe.Info{Log: newLog(&log)}) {
			m.cancel()
		}
		synctest.Wait()
		late := herd(t, h, 1, gopherframe.Info{Log: newLog(io.Discard)}) // starts another flight, as the first is called off
		if late[0].done || calls != 3 {
			t.Errorf("late: %v, %d calls", late[0].resp, calls)
		}
		late[0].cancel()
		time.Sleep(time.Minute)
		synctest.Wait()
		if !strings.Contains(log.String(), `msg="gopherframe: handler returned late" remote="" late=10s`) {
			t.Errorf("log: %s", log.String())
		}
	})
}

// TestCacheOfACalledOffFlight: what a handler returns after the last client has left is not
// kept. It may be half an answer, or older than one that is kept.
func TestCacheOfACalledOffFlight(t *testing.T) {
	for _, tt := range []struct {
		name string
		wait func(q *gopherframe.Request) // called by the handler the first time
	}{
		{"half an answer", func(q *gopherframe.Request) { <-q.Context().Done() }},
		{"an old answer", func(*gopherframe.Request) { time.Sleep(time.Minute) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				h := middleware.Cache(time.Hour, 1<<20)(func(q *gopherframe.Request) gopherframe.Response {
					calls++
					text := gopherframe.Text(fmt.Sprint("call ", calls))
					if calls == 1 {
						tt.wait(q)
					}
					return text
				})
				info := gopherframe.Info{Log: newLog(io.Discard)}
				herd(t, h, 1, info)[0].cancel()
				synctest.Wait()
				for range 2 {
					if got := herd(t, h, 1, info)[0].resp; got != gopherframe.Text("call 2") {
						t.Errorf("got %v", got)
					}
					time.Sleep(2 * time.Minute) // until the first call has returned
				}
			})
		})
	}
}

func TestCacheOfAPanic(t *testing.T) {
	for _, value := range []any{"boom", gopherframe.Abort} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			h := middleware.Cache(time.Hour, 1<<20)(func(*gopherframe.Request) gopherframe.Response {
				if calls++; calls > 1 {
					return gopherframe.Text("again")
				}
				time.Sleep(time.Minute)
				panic(value)
			})
			members := herd(t, h, 2, gopherframe.Info{Log: newLog(io.Discard)})
			time.Sleep(time.Minute)
			synctest.Wait()
			for i, m := range members {
				if fmt.Sprint(m.panic) != fmt.Sprint(value) || value == gopherframe.Abort && m.panic != value {
					t.Errorf("member %d: %v, %v", i, m.resp, m.panic)
				}
			}
			if m := herd(t, h, 1, gopherframe.Info{})[0]; m.resp != gopherframe.Text("again") {
				t.Errorf("afterwards %v, %v", m.resp, m.panic)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		h := middleware.Cache(time.Hour, 1<<20)(func(*gopherframe.Request) gopherframe.Response {
			time.Sleep(time.Minute)
			panic("boom")
		})
		var log bytes.Buffer
		herd(t, h, 1, gopherframe.Info{Log: newLog(&log)})[0].cancel()
		time.Sleep(time.Hour)
		synctest.Wait()
		if !strings.Contains(log.String(), "panic=boom") {
			t.Errorf("a panic that nobody waits for: %s", log.String())
		}
	})
}

// TestCacheOfStreams: each client gets a Stream of its own, and the context of its handler
// lasts as long as that of the client.
func TestCacheOfStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened []context.Context
		h := middleware.Cache(time.Hour, 1<<20)(func(q *gopherframe.Request) gopherframe.Response {
			ctx := q.Context()
			opened = append(opened, ctx)
			time.Sleep(time.Minute)
			return &gopherframe.Stream{Type: '9', Write: func(context.Context, io.Writer) error {
				time.Sleep(time.Second)
				return ctx.Err()
			}}
		})
		members := herd(t, h, 2, gopherframe.Info{})
		time.Sleep(time.Hour)
		synctest.Wait()
		a, b := members[0].resp.(*gopherframe.Stream), members[1].resp.(*gopherframe.Stream)
		if a == b || len(opened) != 2 {
			t.Errorf("%d calls for two streams", len(opened))
		}
		for i, s := range []*gopherframe.Stream{a, b} {
			if err := s.Write(t.Context(), io.Discard); err != nil {
				t.Errorf("stream %d: %v", i, err)
			}
			members[i].cancel()
			synctest.Wait()
			if opened[i].Err() == nil {
				t.Errorf("stream %d: the handler's context has not ended with its exchange", i)
			}
		}
	})
}

// TestCacheWithTimeout: a Timeout outside Cache ends the waiting of one client, not the
// handler.
func TestCacheWithTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, calls := counting(func(n int64) gopherframe.Response {
			time.Sleep(90 * time.Second)
			return numbered(n)
		})
		h := middleware.Timeout(time.Minute)(middleware.Cache(time.Hour, 1<<20)(inner))
		q := &gopherframe.Request{}
		first := make(chan gopherframe.Response, 1)
		go func() { first <- h(q) }()
		time.Sleep(45 * time.Second)
		second := h(&gopherframe.Request{})
		if e, ok := (<-first).(*gopherframe.Error); !ok || e.Text != "Timed out." {
			t.Errorf("the first got %v", e)
		}
		if second != gopherframe.Text("answer 1") || calls.Load() != 1 {
			t.Errorf("the second got %v, %d calls", second, calls.Load())
		}
	})
}

func TestCacheRefuses(t *testing.T) {
	wantPanic(t, "keeps nothing", func() { middleware.Cache(0, 1) })
	wantPanic(t, "keeps nothing", func() { middleware.Cache(time.Second, 0) })
}

func ExampleCache() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "selector" || a.Key == "cache" {
			return a
		}
		return slog.Attr{} // leaves out everything else
	}}))
	r := gopherframe.NewRouter()
	r.Use(middleware.Logger(log))
	r.With(middleware.Cache(time.Minute, 64<<20)).Handle("weather/{city}", func(q *gopherframe.Request) gopherframe.Response {
		fmt.Println("looking out of the window")
		return gopherframe.Text("fine")
	})
	for _, selector := range []string{"weather/oslo", "weather/oslo", "weather/rome"} {
		gopherframe.Serve(context.Background(), client{strings.NewReader(selector + "\r\n"), io.Discard}, r.Respond, gopherframe.Info{})
	}
	// Output:
	// looking out of the window
	// selector=weather/oslo cache=miss
	// selector=weather/oslo cache=hit
	// looking out of the window
	// selector=weather/rome cache=miss
}
