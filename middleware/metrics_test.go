package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/middleware"
)

// A counter is a Meter that counts exchanges.
type counter struct {
	mu          sync.Mutex
	begun, over int
}

func (c *counter) Begin(q *gopherframe.Request) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begun++
	return q.Context()
}

func (c *counter) End(*middleware.Exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over++
}

// A notebook is a Meter that puts a span into the context of a request and writes down how
// the exchange ended.
type notebook struct{ lines []string }

type spanKey struct{}

func (n *notebook) Begin(q *gopherframe.Request) context.Context {
	return context.WithValue(q.Context(), spanKey{}, "span of "+q.Selector)
}

func (n *notebook) End(x *middleware.Exchange) {
	n.lines = append(n.lines, fmt.Sprintf("%v %q %q %s %d %t", x.Request.Context().Value(spanKey{}), x.Request.Pattern(), x.Type(), x.Outcome(), x.Sent.Bytes,
		x.Duration > 0 && !x.Began.IsZero()))
}

func TestMetrics(t *testing.T) {
	site := fstest.MapFS{"a.bin": {Data: []byte("abc")}}
	stream := func(err error) gopherframe.Handler {
		return answers(&gopherframe.Stream{Type: 's', Write: func(context.Context, io.Writer) error { return err }})
	}
	n := &notebook{}
	r := gopherframe.NewRouter()
	r.Use(middleware.Metrics(n))
	r.Handle("text", func(q *gopherframe.Request) gopherframe.Response {
		return gopherframe.Text(fmt.Sprint(q.Context().Value(spanKey{})))
	})
	r.Handle("menu", answers(gopherframe.NewMenu()))
	r.Handle("binary", answers(gopherframe.Binary("x")))
	r.Handle("file/{name}", func(q *gopherframe.Request) gopherframe.Response {
		return &gopherframe.File{FS: site, Name: q.Param("name"), Type: '9'}
	})
	r.Handle("stream", stream(nil))
	r.Handle("stream/busy", stream(&gopherframe.Error{Text: gopherframe.BusyText}))
	r.Handle("stream/broken", stream(errors.New("broken")))
	r.Handle("failed", answers(gopherframe.Fail(fs.ErrPermission)))
	r.Handle("busy", answers(&gopherframe.Error{Text: gopherframe.BusyText}))
	r.Handle("late", answers(&gopherframe.Error{Text: "Timed out."}))
	r.Handle("bad", answers(&gopherframe.Error{Text: gopherframe.BadSelectorText}))
	r.Handle("mine", answers(gopherframe.NotFound("Gone fishing.")))
	r.Handle("panic", func(*gopherframe.Request) gopherframe.Response { panic("boom") })
	r.Handle("abort", func(*gopherframe.Request) gopherframe.Response { panic(gopherframe.Abort) })
	for _, line := range strings.Fields("text menu binary file/a.bin file/b.bin stream stream/busy stream/broken failed busy late bad mine nope panic abort") {
		exchange(t, r.Respond, line+"\n", gopherframe.Info{Log: stackLog(io.Discard)})
	}
	want := []string{
		`span of text "text" "0" ok 17 true`,
		`span of menu "menu" "1" ok 3 true`,
		`span of binary "binary" "9" ok 1 true`,
		`span of file/a.bin "file/{name}" "9" ok 3 true`,
		`span of file/b.bin "file/{name}" "9" refused 30 true`,
		`span of stream "stream" "s" ok 0 true`,
		`span of stream/busy "stream/busy" "s" busy 32 true`,
		`span of stream/broken "stream/broken" "s" failed 42 true`,
		`span of failed "failed" "3" failed 42 true`,
		`span of busy "busy" "3" busy 32 true`,
		`span of late "late" "3" timed out 30 true`,
		`span of bad "bad" "3" bad 33 true`,
		`span of mine "mine" "3" refused 33 true`,
		`span of nope "" "3" refused 30 true`,
		`span of panic "panic" "3" failed 42 true`,
		`span of abort "abort" "3" cut 0 true`,
	}
	if diff := cmp.Diff(want, n.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantPanic(t, "needs a Meter", func() { middleware.Metrics(nil) })
}

// TestLateRecording: the answer of a handler that returns after its exchange is over is not
// taken for that of a later exchange.
func TestLateRecording(t *testing.T) {
	n := &notebook{}
	release := make(chan bool)
	returned := make(chan bool)
	inner := middleware.Metrics(n)(func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "late" {
			<-release
			defer func() { returned <- true }()
		}
		return gopherframe.Text("x")
	})
	h := middleware.Timeout(20 * time.Millisecond)(inner)
	exchange(t, h, "late\n", gopherframe.Info{Log: stackLog(io.Discard)})
	exchange(t, middleware.Metrics(n)(func(q *gopherframe.Request) gopherframe.Response {
		close(release) // lets the late handler return during this exchange
		<-returned
		return gopherframe.NewMenu()
	}), "menu\n", gopherframe.Info{})
	if diff := cmp.Diff([]string{`span of late "" "3" failed 30 true`, `span of menu "" "1" ok 3 true`}, n.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An uncomparable is a context that makes == panic.
type uncomparable struct {
	context.Context
	_ []string
}

// TestMetricsOfAnUncomparableContext: the request is answered, whether Begin returns the
// same context or another one.
func TestMetricsOfAnUncomparableContext(t *testing.T) {
	ctx := uncomparable{Context: t.Context()}
	for name, m := range map[string]middleware.Meter{"the same": &counter{}, "another": &notebook{}} {
		var out strings.Builder
		h := middleware.Metrics(m)(answers(gopherframe.Text("x")))
		_, err := gopherframe.Serve(ctx, client{strings.NewReader("x\n"), &out}, h, gopherframe.Info{Log: stackLog(io.Discard)})
		if err != nil || out.String() != "x\r\n.\r\n" {
			t.Errorf("%s context: %q, %v", name, out.String(), err)
		}
	}
}

func ExampleMetrics() {
	meter := &counter{}
	r := gopherframe.NewRouter()
	r.Use(middleware.Metrics(meter))
	r.Handle("x", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("x") })
	gopherframe.Serve(context.Background(), client{strings.NewReader("x\r\n"), io.Discard}, r.Respond, gopherframe.Info{})
	fmt.Println(meter.begun, "begun,", meter.over, "over")
	// Output:
	// 1 begun, 1 over
}
