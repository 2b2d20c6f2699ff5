package gopherframe_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
)

// echo answers with the fields of the request.
func echo(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.Binary(fmt.Sprintf("%q %q %q", q.Selector, q.Query, q.Extra))
}

func TestRequestLine(t *testing.T) {
	long := strings.Repeat("x", 2048)
	tests := []struct{ name, in, want string }{
		{"CRLF", "a\r\n", `"a" "" []`},
		{"LF", "a\n", `"a" "" []`},
		{"CR", "a\rb", `"a" "" []`},
		{"end of input", "a", `"a" "" []`},
		{"empty line", "\r\n", `"" "" []`},
		{"no request", "", ""},
		{"second request", "a\r\nb\r\n", `"a" "" []`},
		{"query", "a\tb c\r\n", `"a" "b c" ["b c"]`},
		{"empty query", "a\t\r\n", `"a" "" [""]`},
		{"Gopher+", "a\tb\t+\t\r\n", `"a" "b" ["b" "+" ""]`},
		{"TAB $", "\t$\r\n", `"" "$" ["$"]`},
		{"NUL", "a\x00b\tc\x00\r\n", `"a b" "c " ["c "]`},
		{"nothing is cleaned", "/../%20 a\xff \r\n", `"/../%20 a\xff " "" []`},
		{"longest", long + "\r\n", `"` + long + `" "" []`},
		{"too long", long + "x\r\n", lines("3Request line too long.\t\terror.host\t0", ".")},
		{"much too long", strings.Repeat("x", 100_000), lines("3Request line too long.\t\terror.host\t0", ".")},
		{"a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", `"\x16\x03\x01\x02 \x01 \x01\xfc\x03\x03" "" []`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := exchange(t, echo, tt.in, info); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			// The same when the bytes come one by one.
			d := &dialog{Reader: iotest.OneByteReader(strings.NewReader(tt.in))}
			gopherframe.Serve(t.Context(), d, echo, info)
			if got := d.String(); got != tt.want {
				t.Errorf("byte by byte: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMaxLine(t *testing.T) {
	tests := []struct {
		limit, length int
		ok            bool
	}{
		{10, 10, true},
		{10, 11, false},
		{6000, 6000, true},
		{6000, 6001, false},
		{-1, 100_000, true},
	}
	for _, tt := range tests {
		info := info
		info.MaxLine = tt.limit
		in := strings.Repeat("x", tt.length)
		got := exchange(t, echo, in+"\r\n", info)
		if ok := got == `"`+in+`" "" []`; ok != tt.ok {
			t.Errorf("limit %d, %d bytes: %.50q", tt.limit, tt.length, got)
		}
	}
}

// TestTooLongIsNotBuffered: whatever comes behind the limit stays where it is.
func TestTooLongIsNotBuffered(t *testing.T) {
	in := strings.NewReader(strings.Repeat("x", 1<<20))
	d := &dialog{Reader: in}
	_, err := gopherframe.Serve(t.Context(), d, echo, info)
	if !isTooLong(err) {
		t.Errorf("error %v", err)
	}
	if read := 1<<20 - in.Len(); read > 4096 {
		t.Errorf("%d bytes were read", read)
	}
}

func isTooLong(err error) bool {
	var e *gopherframe.Error
	return errors.As(err, &e) && e.Text == gopherframe.LineTooLongText
}

func TestServeErrors(t *testing.T) {
	called := false
	h := func(*gopherframe.Request) gopherframe.Response {
		called = true
		return gopherframe.Text("")
	}
	broken := errors.New("broken")
	tests := []struct {
		name string
		in   io.Reader
		want error
		out  string
	}{
		{"nothing", strings.NewReader(""), io.EOF, ""},
		{"broken", io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), broken, ""},
		{"too slow", io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(os.ErrDeadlineExceeded)), os.ErrDeadlineExceeded,
			lines("3Timed out.\t\terror.host\t0", ".")},
	}
	for _, tt := range tests {
		d := &dialog{Reader: tt.in}
		_, err := gopherframe.Serve(t.Context(), d, h, info)
		if !errors.Is(err, tt.want) || d.String() != tt.out {
			t.Errorf("%s: %v, %q", tt.name, err, d.String())
		}
	}
	if called {
		t.Error("the handler was called without a request")
	}
}

// TestEmptyReads: a connection may give neither a byte nor an error now and then, but not
// for ever.
func TestEmptyReads(t *testing.T) {
	for _, tt := range []struct {
		reads int
		want  error
		out   string
	}{
		{99, nil, `"x" "" []`},
		{100, io.ErrNoProgress, ""},
		{1000, io.ErrNoProgress, ""},
	} {
		d := &dialog{Reader: &hesitant{tt.reads, strings.NewReader("x\n")}}
		if _, err := gopherframe.Serve(t.Context(), d, echo, info); err != tt.want || d.String() != tt.out {
			t.Errorf("%d empty reads: %v, %q, want %v, %q", tt.reads, err, d.String(), tt.want, tt.out)
		}
	}
}

// A hesitant reader returns nothing a number of times before it reads.
type hesitant struct {
	times int
	io.Reader
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.times--; h.times >= 0 {
		return 0, nil
	}
	return h.Reader.Read(p)
}

func TestRequestFields(t *testing.T) {
	remote := netip.MustParseAddrPort("192.0.2.7:1234")
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	log := slog.New(slog.DiscardHandler)
	h := func(q *gopherframe.Request) gopherframe.Response {
		if q.Log() != log {
			t.Error("Log is another one")
		}
		return gopherframe.Binary(fmt.Sprintf("%s %d %s %s %s %v", q.Host, q.Port, q.Transport, q.Remote, q.ServerName, q.Context().Value(key{})))
	}
	d := &dialog{Reader: strings.NewReader("\n")}
	gopherframe.Serve(ctx, d, h, gopherframe.Info{Host: "h", Port: 7, Transport: "quic", Remote: remote, ServerName: "sni", Log: log})
	if got, want := d.String(), "h 7 quic 192.0.2.7:1234 sni value"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// flaky fails once room bytes were written.
type flaky struct {
	io.Reader
	room int
}

func (f *flaky) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n := f.room
		f.room = 0
		return n, errors.New("gone")
	}
	f.room -= len(p)
	return len(p), nil
}

func TestAfterWrite(t *testing.T) {
	var got []string
	hook := func(name string) func(gopherframe.Sent) {
		return func(sent gopherframe.Sent) { got = append(got, fmt.Sprint(name, " ", sent.Bytes, " ", sent.Err)) }
	}
	h := func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(hook("first"))
		q.WithContext(context.Background()).AfterWrite(hook("second"))
		return gopherframe.Text("hello")
	}
	rw := &flaky{strings.NewReader("\n"), 100}
	sent, err := gopherframe.Serve(t.Context(), rw, h, info)
	if sent.Bytes != 10 || sent.Err != nil || err != nil {
		t.Errorf("%v, %v", sent, err)
	}
	sent, err = gopherframe.Serve(t.Context(), &flaky{strings.NewReader("\n"), 4}, h, info)
	if sent.Bytes != 4 || sent.Err == nil || !errors.Is(err, sent.Err) || !errors.Is(err, gopherframe.ErrCut) {
		t.Errorf("%v, %v", sent, err)
	}
	gopherframe.Serve(t.Context(), &flaky{strings.NewReader("\n"), 0}, func(q *gopherframe.Request) gopherframe.Response {
		q.AfterWrite(func(gopherframe.Sent) { got = append(got, "still") })
		q.AfterWrite(func(gopherframe.Sent) { panic("hook") })
		panic("handler")
	}, gopherframe.Info{Log: slog.New(slog.DiscardHandler)})
	want := []string{"second 10 <nil>", "first 10 <nil>", "second 4 gone", "first 4 gone", "still"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	(&gopherframe.Request{}).AfterWrite(func(gopherframe.Sent) { t.Error("called without an exchange") })
}

func TestPanics(t *testing.T) {
	failure := lines("3Internal server error.\t\terror.host\t0", ".")
	boom := func(ctx context.Context, w io.Writer) error { panic("boom") }
	tests := []struct {
		name string
		h    gopherframe.Handler
		want string
	}{
		{"handler", func(*gopherframe.Request) gopherframe.Response { panic("boom") }, failure},
		{"stream", answers(&gopherframe.Stream{Type: '0', Write: boom}), failure},
		{"begun stream", answers(&gopherframe.Stream{Type: '0', Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, "begun\n")
			panic("boom")
		}}), "begun\r\n"},
		{"typed nil", answers((*gopherframe.File)(nil)), failure},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			info := info
			info.Log = slog.New(slog.NewTextHandler(&log, nil))
			if got := exchange(t, tt.h, "secret\r\n", info); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !strings.Contains(log.String(), "serve_test.go") && tt.name != "typed nil" {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

func TestStreamErrors(t *testing.T) {
	fail := func(begin string, err error) gopherframe.Response {
		return &gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, begin)
			return err
		}}
	}
	tests := []struct {
		name string
		resp gopherframe.Response
		want string
	}{
		{"foreign", fail("", errors.New("secret")), lines("3Internal server error.\t\terror.host\t0", ".")},
		{"our own", fail("", gopherframe.NotFound("No such feed.")), lines("3No such feed.\t\terror.host\t0", ".")},
		{"wrapped", fail("", fmt.Errorf("feed: %w", gopherframe.NotFound(""))), lines("3Not found.\t\terror.host\t0", ".")},
		{"deadline", fail("", context.DeadlineExceeded), lines("3Timed out.\t\terror.host\t0", ".")},
		{"begun", fail("begun", errors.New("secret")), "begun"},
	}
	for _, tt := range tests {
		d := &dialog{Reader: strings.NewReader("\n")}
		sent, err := gopherframe.Serve(t.Context(), d, answers(tt.resp), info)
		if d.String() != tt.want || sent.Err == nil || err == nil {
			t.Errorf("%s: %q, %v, %v; want %q", tt.name, d.String(), sent, err, tt.want)
		}
	}
}

// TestStreamIsPrompt: what a stream writes leaves before it writes more.
func TestStreamIsPrompt(t *testing.T) {
	for _, typ := range []gopherframe.ItemType{'0', '9'} {
		d := &dialog{Reader: strings.NewReader("\n")}
		gopherframe.Serve(t.Context(), d, answers(&gopherframe.Stream{Type: typ, Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, "line\r\n")
			if d.String() != "line\r\n" {
				t.Errorf("type %c: only %q has left", typ, d.String())
			}
			return nil
		}}), info)
	}
}

func TestErrorOf(t *testing.T) {
	cause := errors.New("cause")
	if err := gopherframe.ErrorOf(gopherframe.Fail(cause)); !errors.Is(err, cause) || err.Error() != "cause" {
		t.Errorf("Fail: %v", err)
	}
	if err := gopherframe.ErrorOf(gopherframe.NotFound("Gone.")); err == nil || err.Error() != "Gone." || errors.Unwrap(err) != nil {
		t.Errorf("NotFound: %v", err)
	}
	for _, resp := range []gopherframe.Response{nil, gopherframe.Text("x"), (*gopherframe.Error)(nil)} {
		if err := gopherframe.ErrorOf(resp); err != nil {
			t.Errorf("%T: %v", resp, err)
		}
	}
}

func FuzzRequestLine(f *testing.F) {
	for _, in := range []string{"", "\r\n", "a\tb\tc\r\n", "\x00\r", "x", strings.Repeat("y", 3000), "\x16\x03\x01"} {
		f.Add([]byte(in), 0)
	}
	f.Fuzz(func(t *testing.T, in []byte, limit int) {
		info := info
		info.MaxLine = limit
		var got *gopherframe.Request
		d := &dialog{Reader: bytes.NewReader(in)}
		_, err := gopherframe.Serve(t.Context(), d, func(q *gopherframe.Request) gopherframe.Response {
			got = q
			return gopherframe.Text("")
		}, info)
		line := in
		if i := bytes.IndexAny(in, "\r\n"); i >= 0 {
			line = in[:i]
		}
		if limit == 0 {
			limit = 2048
		}
		switch {
		case len(in) == 0:
			if got != nil || err != io.EOF || d.Len() > 0 {
				t.Fatalf("no request: %v, %v", got, err)
			}
		case limit > 0 && len(line) > limit:
			if got != nil || !isTooLong(err) || !strings.HasPrefix(d.String(), "3") {
				t.Fatalf("%d bytes, limit %d: %v, %v, %q", len(line), limit, got, err, d.String())
			}
		default:
			if got == nil || err != nil {
				t.Fatalf("%q: %v", in, err)
			}
			fields := append([]string{got.Selector}, got.Extra...)
			if want := strings.ReplaceAll(string(line), "\x00", " "); strings.Join(fields, "\t") != want {
				t.Fatalf("%q from %q", fields, line)
			}
			if len(got.Extra) > 0 && got.Query != got.Extra[0] || len(got.Extra) == 0 && got.Query != "" {
				t.Fatalf("query %q of %q", got.Query, got.Extra)
			}
		}
	})
}

// TestCut: a listener learns whether the client got a whole answer, be it an error.
func TestCut(t *testing.T) {
	stream := func(text string, err error) gopherframe.Response {
		return &gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, text)
			return err
		}}
	}
	gone := errors.New("gone")
	for _, tt := range []struct {
		name string
		resp gopherframe.Response
		room int
		cut  bool
	}{
		{"whole", stream("abc", nil), 100, false},
		{"failed before the first byte", stream("", gone), 100, false},
		{"failed later", stream("abc", gone), 100, true},
		{"aborted", stream("", gopherframe.Abort), 100, true},
		{"the client is gone", gopherframe.Text("abc"), 2, true},
		{"the client is gone, and so is the answer", stream("", gone), 2, true},
		{"no file", &gopherframe.File{Name: "/no/such/file"}, 100, false},
	} {
		_, err := gopherframe.Serve(t.Context(), &flaky{strings.NewReader("\n"), tt.room}, answers(tt.resp), info)
		if errors.Is(err, gopherframe.ErrCut) != tt.cut {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestGoexit: a handler that ends its goroutine, as testing.T.FailNow does, still has its
// functions called, and its client is not told that it got an answer.
func TestGoexit(t *testing.T) {
	var sent gopherframe.Sent
	d := &endingDialog{dialog: dialog{Reader: strings.NewReader("x\n")}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		gopherframe.Serve(t.Context(), d, func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(s gopherframe.Sent) { sent = s })
			runtime.Goexit()
			return nil
		}, info)
	}()
	<-done
	if sent.Err == nil || d.Len() > 0 || strings.Join(d.events, " ") != "end false" {
		t.Errorf("sent %+v, %q, %q", sent, d.String(), d.events)
	}
}

// An endingDialog notes when the answer ends.
type endingDialog struct {
	dialog
	events []string
}

func (d *endingDialog) EndAnswer(whole bool) { d.events = append(d.events, fmt.Sprint("end ", whole)) }

// TestEndAnswer: the client has its end before the log is written.
func TestEndAnswer(t *testing.T) {
	broken := &gopherframe.Stream{Write: func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "x")
		return errors.New("broken")
	}}
	for want, resp := range map[string]gopherframe.Response{"end true, log": gopherframe.Text("x"), "end false, log": broken} {
		d := &endingDialog{dialog: dialog{Reader: strings.NewReader("x\n")}}
		gopherframe.Serve(t.Context(), d, func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(gopherframe.Sent) { d.events = append(d.events, "log") })
			return resp
		}, info)
		if got := strings.Join(d.events, ", "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An embedding has the method of a Response, but no encoding.
type embedding struct {
	gopherframe.Response
	Tag string
}

// TestEmbeddedResponse: a type that embeds a Response is none, and the log names it.
func TestEmbeddedResponse(t *testing.T) {
	var log strings.Builder
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	got := exchange(t, answers(embedding{gopherframe.Text("x"), "tag"}), "\n", info)
	if got != lines("3Internal server error.\t\terror.host\t0", ".") {
		t.Errorf("%q", got)
	}
	if !strings.Contains(log.String(), "gopherframe_test.embedding") {
		t.Errorf("the log does not name the type: %q", log.String())
	}
}

// TestClientText: one rule says what a client reads of an error, whichever way the error
// comes.
func TestClientText(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errors.New("secret"), "Internal server error."},
		{fmt.Errorf("secret: %w", gopherframe.NotFound("It is gone.")), "It is gone."},
		{fmt.Errorf("secret: %w", &gopherframe.Error{}), "Internal server error."},
		{fmt.Errorf("secret: %w", fs.ErrNotExist), "Not found."},
		{fmt.Errorf("secret: %w", context.DeadlineExceeded), "Timed out."},
		{fmt.Errorf("secret: %w", context.Canceled), "Internal server error."},
	} {
		want := lines("3"+tt.want+"\t\terror.host\t0", ".")
		for name, resp := range map[string]gopherframe.Response{
			"Fail":   gopherframe.Fail(tt.err),
			"Stream": &gopherframe.Stream{Write: func(context.Context, io.Writer) error { return tt.err }},
		} {
			if got := exchange(t, answers(resp), "\n", info); got != want {
				t.Errorf("%s, %v: %q", name, tt.err, got)
			}
		}
	}
}

// TestHooksThatEnd: all functions given to AfterWrite are called, whatever one of them does.
func TestHooksThatEnd(t *testing.T) {
	var called []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		exchange(t, func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(gopherframe.Sent) { called = append(called, "first") })
			q.AfterWrite(func(gopherframe.Sent) { called = append(called, "second"); panic("second") })
			q.AfterWrite(func(gopherframe.Sent) { called = append(called, "third"); runtime.Goexit() })
			return gopherframe.Text("x")
		}, "x\n", gopherframe.Info{Log: slog.New(slog.DiscardHandler)})
	}()
	<-done
	if diff := cmp.Diff([]string{"third", "second", "first"}, called); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSentOfFailures: Sent has the text that the client reads in place of an answer, and
// the bytes of a stream whose goroutine ended.
func TestSentOfFailures(t *testing.T) {
	cause := errors.New("cause")
	var sent gopherframe.Sent
	note := func(resp gopherframe.Response) gopherframe.Handler {
		return func(q *gopherframe.Request) gopherframe.Response {
			q.AfterWrite(func(s gopherframe.Sent) { sent = s })
			return resp
		}
	}
	quiet := gopherframe.Info{Log: slog.New(slog.DiscardHandler)}
	exchange(t, note(&gopherframe.Stream{Write: func(context.Context, io.Writer) error { return cause }}), "x\n", quiet)
	var e *gopherframe.Error
	if !errors.As(sent.Err, &e) || e.Text != "Internal server error." || !errors.Is(sent.Err, cause) {
		t.Errorf("a failed stream: %+v", sent)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		exchange(t, note(&gopherframe.Stream{Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, "abc")
			runtime.Goexit()
			return nil
		}}), "x\n", quiet)
	}()
	<-done
	if sent.Bytes != 3 || sent.Err == nil {
		t.Errorf("a stream that ended its goroutine: %+v", sent)
	}
}
