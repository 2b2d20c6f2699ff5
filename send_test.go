package gopherframe_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
)

// A lastDialog notes how an answer reaches it, and fails once room bytes were written.
type lastDialog struct {
	dialog
	calls []string
	room  int
}

func newLastDialog(in string, room int) *lastDialog {
	return &lastDialog{dialog: dialog{Reader: strings.NewReader(in)}, room: room}
}

var errGone = errors.New("gone")

func (d *lastDialog) take(call string, p []byte) (int, error) {
	d.calls = append(d.calls, fmt.Sprint(call, " ", len(p)))
	n := min(len(p), d.room)
	d.room -= n
	d.dialog.Write(p[:n])
	if n < len(p) {
		return n, errGone
	}
	return n, nil
}

func (d *lastDialog) Write(p []byte) (int, error)     { return d.take("write", p) }
func (d *lastDialog) WriteLast(p []byte) (int, error) { return d.take("last", p) }
func (d *lastDialog) EndAnswer(whole bool)            { d.calls = append(d.calls, fmt.Sprint("end ", whole)) }
func (d *lastDialog) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	if !ok {
		return 0, fmt.Errorf("a %T was to be copied", r)
	}
	if _, ok := limited.R.(*os.File); !ok {
		return 0, fmt.Errorf("a %T was to be copied", limited.R)
	}
	n, err := io.Copy(&d.dialog.Buffer, r)
	d.calls = append(d.calls, fmt.Sprint("file ", n))
	return n, err
}

// TestCalls: in which calls answers of each kind reach the listener.
func TestCalls(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, size int) *gopherframe.File {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, bytes.Repeat([]byte("x"), size), 0o644); err != nil {
			t.Fatal(err)
		}
		return &gopherframe.File{Name: path}
	}
	stream := func(typ gopherframe.ItemType, err error, parts ...string) gopherframe.Response {
		return &gopherframe.Stream{Type: typ, Write: func(_ context.Context, w io.Writer) error {
			for _, part := range parts {
				io.WriteString(w, part)
			}
			return err
		}}
	}
	xs := func(n int) string { return strings.Repeat("x", n) }
	short := &gopherframe.File{FS: shortFS{}, Name: "f", Type: gopherframe.TypeText}
	shortData := &gopherframe.File{FS: shortFS{}, Name: "f", Type: gopherframe.TypeBinary}
	const notFound, failed = "last 30", "last 42" // lengths of the items
	for _, tt := range []struct {
		name string
		resp gopherframe.Response
		room int
		want string
	}{
		{"text", gopherframe.Text("a"), 1e9, "last 6, end true"},
		{"text of 16 KB", gopherframe.Text(strings.Repeat("\n", 8190)), 1e9, "last 16383, end true"},
		{"text of one line of 16 KB", gopherframe.Text(xs(16379)), 1e9, "last 16384, end true"},
		{"long text", gopherframe.Text(xs(150_000)), 1e9, "write 61440, write 61696, last 26869, end true"},
		{"binary", gopherframe.Binary("a"), 1e9, "last 1, end true"},
		{"long binary", gopherframe.Binary(xs(1 << 20)), 1e9, "last 1048576, end true"},
		{"empty binary", gopherframe.Binary(nil), 1e9, "last 0, end true"},
		{"menu", gopherframe.NewMenu().Info("a"), 1e9, "last 21, end true"},
		{"menu of 16 KB", menuOf(528, xs(14)), 1e9, "last 16371, end true"},
		{"long menu", menuOf(3000, xs(14)), 1e9, "write 61442, last 31561, end true"},
		{"menu of a very long line", gopherframe.NewMenu().Info(xs(1 << 20)).Info("a"), 1e9, "write 1048593, last 21, end true"},
		{"error", gopherframe.NotFound(""), 1e9, notFound + ", end true"},
		{"no response", nil, 1e9, failed + ", end true"},
		{"text file", file("a.txt", 100), 1e9, "last 105, end true"},
		{"long text file", file("b.txt", 150_000), 1e9, "write 61440, write 61696, last 26869, end true"},
		{"no file", &gopherframe.File{Name: filepath.Join(dir, "no")}, 1e9, notFound + ", end true"},
		{"file", file("a.bin", 16384), 1e9, "last 16384, end true"},
		{"long file", file("b.bin", 100_000), 1e9, "file 100000, last 0, end true"},
		{"file that is cut short", shortData, 1e9, failed + ", end true"},
		{"text file that is cut short", short, 1e9, failed + ", end true"},
		{"stream", stream('9', nil, "a", "b"), 1e9, "write 1, write 1, end true"},
		{"text stream", stream('0', nil, "a", "b\n"), 1e9, "write 1, write 3, write 3, end true"},
		{"empty stream", stream('9', nil), 1e9, "end true"},
		{"stream that fails at once", stream('9', errGone), 1e9, failed + ", end true"},
		{"stream that fails later", stream('9', errGone, "a"), 1e9, "write 1, end false"},
		{"text stream that fails later", stream('0', errGone, "a"), 1e9, "write 1, end false"},
		{"aborted", stream('0', gopherframe.Abort), 1e9, "end false"},

		{"text, gone", gopherframe.Text("a"), 3, "last 6, end false"},
		{"long text, gone", gopherframe.Text(xs(200_000)), 70_000, "write 61440, write 61696, end false"},
		{"long text, gone at once", gopherframe.Text(xs(200_000)), 0, "write 61440, end false"},
		{"binary, gone", gopherframe.Binary("a"), 0, "last 1, end false"},
		{"long menu, gone", menuOf(10_000, xs(14)), 0, "write 61442, end false"},
		{"long text file, gone", file("c.txt", 200_000), 0, "write 61440, end false"},
		{"text stream, gone", stream('0', nil, "a", "b"), 0, "write 1, end false"},
		{"stream that fails at once, gone", stream('9', errGone), 3, failed + ", end false"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newLastDialog("x\n", tt.room)
			var hooked gopherframe.Sent
			sent, err := gopherframe.Serve(t.Context(), d, func(q *gopherframe.Request) gopherframe.Response {
				q.AfterWrite(func(s gopherframe.Sent) { d.calls, hooked = append(d.calls, "log"), s })
				return tt.resp
			}, info)
			if got := strings.Join(d.calls, ", "); got != tt.want+", log" {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if sent != hooked || sent.Bytes != int64(d.Len()) {
				t.Errorf("%+v was returned, %+v told, %d bytes sent", sent, hooked, d.Len())
			}
			cut := strings.Contains(tt.want, "false")
			if errors.Is(err, gopherframe.ErrCut) != cut || cut && sent.Err == nil {
				t.Errorf("cut: %v, %v", err, sent.Err)
			}
			if strings.HasSuffix(tt.name, "gone") && !errors.Is(sent.Err, errGone) {
				t.Errorf("Sent has %v, not the error of the connection", sent.Err)
			}
			if tt.room == 1e9 {
				// The same bytes come without WriteLast.
				if got := exchange(t, answers(tt.resp), "x\n", info); got != d.String() {
					t.Errorf("%.100q, without WriteLast %.100q", d.String(), got)
				}
			}
		})
	}
	for in, want := range map[string]string{"": "", xs(3000) + "\n": "last 42"} {
		d := newLastDialog(in, 1e9)
		gopherframe.Serve(t.Context(), d, answers(gopherframe.Text("")), info)
		if got := strings.Join(d.calls, ", "); got != want {
			t.Errorf("%.10q: %s, want %s", in, got, want)
		}
	}
}

// menuOf returns a menu of n lines of text.
func menuOf(n int, text string) *gopherframe.Menu {
	m := gopherframe.NewMenu()
	for range n {
		m.Info(text)
	}
	return m
}

// A shortFS has a file that is half as long as it says.
type shortFS struct{}

func (shortFS) Open(name string) (fs.File, error) {
	f, err := fstest.MapFS{name: {Data: make([]byte, 100)}}.Open(name)
	return shortFile{f}, err
}

type shortFile struct{ fs.File }

func (shortFile) Stat() (fs.FileInfo, error) {
	return fstest.MapFS{"f": {Data: make([]byte, 200)}}.Stat("f")
}

// A pointingDialog notes where the bytes are that it gets.
type pointingDialog struct {
	dialog
	at *byte
}

func (d *pointingDialog) Write(p []byte) (int, error) {
	d.at = &p[0]
	return len(p), nil
}

// TestBinaryIsNotCopied: the listener gets the bytes that the handler returned.
func TestBinaryIsNotCopied(t *testing.T) {
	b := make(gopherframe.Binary, 1<<20)
	d := &pointingDialog{dialog: dialog{Reader: strings.NewReader("\n")}}
	gopherframe.Serve(t.Context(), d, answers(b), info)
	if d.at != &b[0] {
		t.Error("a copy was written")
	}
}

// TestAllocations: what an exchange allocates does not depend on the length of the answer:
// the Request, what counts the bytes, the request line, and what is noted here.
func TestAllocations(t *testing.T) {
	const most = 4
	big := filepath.Join(t.TempDir(), "big.txt")
	if err := os.WriteFile(big, bytes.Repeat([]byte("a line of text\n"), 1<<13), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		resp gopherframe.Response
		more float64
	}{
		"text":      {gopherframe.Text("hello"), 0},
		"long text": {gopherframe.Text(strings.Repeat("hello\n", 1<<16)), 0},
		"binary":    {gopherframe.Binary(make([]byte, 1<<20)), 0},
		"menu":      {menuOf(100, "hello"), 0},
		"long menu": {menuOf(10_000, "hello"), 0},
		"error":     {gopherframe.NotFound(""), 0},
		"text file": {&gopherframe.File{Name: big}, 12},
	} {
		h, in := answers(tt.resp), strings.NewReader("")
		var rw io.ReadWriter = &pointingDialog{dialog: dialog{Reader: in}}
		got := testing.AllocsPerRun(20, func() {
			in.Reset("hello\r\n")
			gopherframe.Serve(context.Background(), rw, h, info)
		})
		if got > most+tt.more {
			t.Errorf("%s: %v allocations, at most %v should be", name, got, most+tt.more)
		}
	}
}

// TestKeptStreamWriter: a writer that a handler kept cannot touch later answers.
func TestKeptStreamWriter(t *testing.T) {
	var kept io.Writer
	keep := &gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
		kept = w
		_, err := io.WriteString(w, "mine\n")
		return err
	}}
	first := &dialog{Reader: strings.NewReader("\n")}
	gopherframe.Serve(t.Context(), first, answers(keep), info)
	written := 0
	got := exchange(t, answers(&gopherframe.Stream{Type: '0', Write: func(_ context.Context, w io.Writer) error {
		for range 3 {
			io.WriteString(w, "theirs\n")
			n, _ := io.WriteString(kept, "late\n")
			written += n
		}
		return nil
	}}), "\n", info)
	if diff := cmp.Diff(lines("theirs", "theirs", "theirs", "."), got); diff != "" || written != 15 {
		t.Errorf("%d bytes late (-want +got):\n%s", written, diff)
	}
	if want := lines("mine", ".", "late", "late", "late"); first.String() != want {
		t.Errorf("%q, want %q", first.String(), want)
	}
}
