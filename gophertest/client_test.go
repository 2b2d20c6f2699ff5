package gophertest_test

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophertest"
)

func TestGet(t *testing.T) {
	errBroken := errors.New("broken")
	site := fstest.MapFS{"a.txt": {Data: []byte("a\n")}, "noext": {Data: []byte("plain\n")}, "b.bin": {Data: []byte{0, 1}}}
	file := func(name string, typ gopherframe.ItemType) *gopherframe.File {
		return &gopherframe.File{FS: site, Name: name, Type: typ}
	}
	stream := func(typ gopherframe.ItemType, text string, err error) *gopherframe.Stream {
		return &gopherframe.Stream{Type: typ, Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, text)
			return err
		}}
	}
	menu := gopherframe.NewMenu().Info("Hi").Text("A", "a").Add(gopherframe.Item{Type: '1', Name: "Far", Host: "far.example", Port: 70})
	refusal := func(text string) *gopherframe.Menu { return gopherframe.NewMenu().Error(text) }
	internal := refusal("Internal server error.")
	notFound := refusal("Not found.")
	tests := []struct {
		name string
		resp gopherframe.Response
		want gophertest.Result // without Response and Wire
	}{
		{"text", gopherframe.Text(".a\r\n.\nb"), gophertest.Result{Text: ".a\n.\nb\n"}},
		{"menu", menu, gophertest.Result{Menu: menu}},
		{"empty menu", gopherframe.NewMenu(), gophertest.Result{Menu: gopherframe.NewMenu()}},
		{"binary", gopherframe.Binary("x\r\n.\r\n"), gophertest.Result{}},
		{"file", file("a.txt", '0'), gophertest.Result{Text: "a\n"}},
		{"file of no type", file("noext", 0), gophertest.Result{Text: "plain\n"}},
		{"binary file of no type", file("b.bin", 0), gophertest.Result{}},
		{"no file", file("c.txt", '0'), gophertest.Result{Menu: notFound, Err: errAny}},
		{"text stream", stream('0', ".a\n", nil), gophertest.Result{Text: ".a\n"}},
		{"menu stream", stream('1', "iHi\t\terror.host\t0\r\n.\r\n", nil), gophertest.Result{Menu: gopherframe.NewMenu().Info("Hi")}},
		{"binary stream", stream('9', "a", nil), gophertest.Result{}},
		{"stream that fails", stream('0', "", errBroken), gophertest.Result{Menu: internal, Err: errAny}},
		{"stream that breaks off", stream('0', "a\n", errBroken), gophertest.Result{Text: "a\n", Err: errAny}},
		{"error", gopherframe.NotFound(""), gophertest.Result{Menu: notFound}},
		{"nil", nil, gophertest.Result{Menu: internal}},
		{"typed nil", (*gopherframe.Menu)(nil), gophertest.Result{Menu: internal, Err: errAny}},
		{"Pass", gopherframe.Pass, gophertest.Result{Menu: notFound}},
	}
	for _, tt := range tests {
		got := (&gophertest.Client{Info: quiet}).Get(t.Context(), answers(tt.resp), "x")
		if len(got.Wire) == 0 {
			t.Errorf("%s: nothing was sent", tt.name)
		}
		if !reflect.DeepEqual(tt.resp, got.Response) {
			t.Errorf("%s: Response is %v", tt.name, got.Response)
		}
		got.Response, got.Wire = nil, nil
		if (got.Err != nil) != (tt.want.Err != nil) {
			t.Errorf("%s: Err is %v", tt.name, got.Err)
		}
		got.Err, tt.want.Err = nil, nil
		if diff := cmp.Diff(tt.want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

var errAny = errors.New("any error")

func TestGetPanics(t *testing.T) {
	res := (&gophertest.Client{Info: quiet}).Get(t.Context(), func(*gopherframe.Request) gopherframe.Response { panic("boom") }, "")
	if res.Response != nil || string(res.Wire) != "3Internal server error.\t\terror.host\t0\r\n.\r\n" {
		t.Errorf("%v, %q", res.Response, res.Wire)
	}
	wantError(t, "a panic", res.Err, "the handler panicked: boom")
}

func TestClient(t *testing.T) {
	c := &gophertest.Client{Info: gopherframe.Info{
		Host: "gopher.example", Port: 7070, Transport: "tls", Remote: netip.MustParseAddrPort("192.0.2.1:1"),
		ServerName: "sni.example", MaxLine: 10, PlainText: true,
	}}
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	var q *gopherframe.Request
	h := func(got *gopherframe.Request) gopherframe.Response {
		q = got
		return gopherframe.Text("..a\n.\n")
	}
	res := c.Get(ctx, h, "find\ta b")
	if q.Selector != "find" || q.Query != "a b" || q.Transport != "tls" || q.Remote != c.Info.Remote || q.ServerName != "sni.example" || q.Context().Value(key{}) != "value" {
		t.Errorf("the request is %+v", q)
	}
	if res.Text != "..a\n.\n" || string(res.Wire) != "..a\r\n.\r\n" {
		t.Errorf("plain text: %q, %q", res.Text, res.Wire)
	}
	menu := gopherframe.NewMenu().Text("A", "a")
	res = c.Get(ctx, answers(menu), "")
	if diff := cmp.Diff(menu, res.Menu); diff != "" || !strings.Contains(string(res.Wire), "\tgopher.example\t7070\r\n") {
		t.Errorf("%q (-want +got):\n%s", res.Wire, diff)
	}
	res = c.Get(ctx, h, "12345678901")
	if res.Err == nil || res.Err.Error() != gopherframe.LineTooLongText || res.Response != nil || res.Menu.Items[0].Name != gopherframe.LineTooLongText {
		t.Errorf("a long line: %+v", res)
	}
}

// TestGetEnds: Get returns in any case, even if the handler does not.
func TestGetEnds(t *testing.T) {
	forever := func(honours bool) gopherframe.Handler {
		return answers(&gopherframe.Stream{Type: '9', Write: func(ctx context.Context, w io.Writer) error {
			for range 20 {
				io.WriteString(w, "tick\n")
				if !honours {
					time.Sleep(3 * time.Second)
					continue
				}
				select {
				case <-time.After(3 * time.Second):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		}})
	}
	tests := []struct {
		name    string
		h       gopherframe.Handler
		ticks   int
		wantErr string
	}{
		{"a stream that honours the context", forever(true), 4, "deadline exceeded"},
		{"a stream that does not", forever(false), 4, "the handler goes on after its context ended"},
		{"a handler that honours it", func(q *gopherframe.Request) gopherframe.Response {
			<-q.Context().Done()
			return gopherframe.Fail(q.Context().Err())
		}, 0, ""},
		{"a handler that does not", func(*gopherframe.Request) gopherframe.Response {
			time.Sleep(time.Hour)
			return gopherframe.Text("late")
		}, 0, "the handler goes on after its context ended"},
		{"one that exits", func(*gopherframe.Request) gopherframe.Response {
			runtime.Goexit()
			return nil
		}, 0, "the handler ended its goroutine"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			defer time.Sleep(time.Hour) // until the goroutines left behind have ended
			res := gophertest.Get(tt.h, "")
			if n := strings.Count(string(res.Wire), "tick"); n != tt.ticks {
				t.Errorf("%s: %d ticks came", tt.name, n)
			}
			if tt.wantErr == "" {
				wantError(t, tt.name, res.Err)
			} else {
				wantError(t, tt.name, res.Err, tt.wantErr)
			}
		})
	}
}

// TestGetIsBounded: Get keeps 64 MiB of an endless answer, and stops its Stream.
func TestGetIsBounded(t *testing.T) {
	stopped := false
	res := gophertest.Get(answers(&gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				stopped = true
				return err
			}
		}
	}}), "")
	wantError(t, "endless", res.Err, "more than 64 MiB")
	if len(res.Wire) != 64<<20 || !stopped {
		t.Errorf("%d bytes are kept, stopped %v", len(res.Wire), stopped)
	}
}
