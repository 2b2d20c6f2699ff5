package files_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/transcript"
)

var (
	info     = transcript.Info
	exchange = transcript.Exchange
	answers  = transcript.Answers
)

type dialog = transcript.Dialog

// plant writes files, by slash-separated path, below a new directory.
func plant(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// serveDir returns a handler for the directory.
func serveDir(t testing.TB, dir string, options ...files.Option) gopherframe.Handler {
	t.Helper()
	fsys, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { fsys.(io.Closer).Close() })
	return files.Server(fsys, options...)
}

const (
	notFound    = "3Not found.\t\terror.host\t0\r\n.\r\n"
	badSelector = "3Bad selector.\t\terror.host\t0\r\n.\r\n"
)

func TestDirErrors(t *testing.T) {
	dir := plant(t, map[string]string{"file": ""})
	for _, name := range []string{"nope", "file"} {
		_, err := files.Dir(filepath.Join(dir, name))
		if err == nil || !strings.Contains(err.Error(), name) || !strings.HasPrefix(err.Error(), "files: cannot serve directory") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDirIsReplaced: a directory that takes the place of the served one is noticed.
func TestDirIsReplaced(t *testing.T) {
	parent := plant(t, map[string]string{"one/a.txt": "one", "two/a.txt": "two", "two/b.txt": "b"})
	link, site := filepath.Join(parent, "site"), filepath.Join(parent, "three")
	if err := os.Symlink("one", link); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	swapped, made := serveDir(t, link), serveDir(t, site)
	becomes := func(name string, h gopherframe.Handler, selector, want string) {
		t.Helper()
		got := ""
		for range 500 { // of 10 ms
			if got = exchange(t, h, selector+"\n", info); got == want {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s: %q, want %q", name, got, want)
	}
	becomes("at first", swapped, "a.txt", "one\r\n.\r\n")
	if err := os.Symlink("two", link+".new"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(link+".new", link); err != nil {
		t.Fatal(err)
	}
	becomes("another target", swapped, "a.txt", "two\r\n.\r\n")
	becomes("its listing", swapped, "", "0a.txt\ta.txt\tgopher.example\t7070\r\n0b.txt\tb.txt\tgopher.example\t7070\r\n.\r\n")
	if err := os.Remove(site); err != nil {
		t.Fatal(err)
	}
	becomes("removed", made, "a.txt", notFound)
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(site, "a.txt"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	becomes("made again", made, "a.txt", "new\r\n.\r\n")
}

func TestDirIsAnFS(t *testing.T) {
	dir := plant(t, map[string]string{"a.txt": "a", "sub/b": "b"})
	fsys, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "a.txt", "sub/b"); err != nil {
		t.Error(err)
	}
	if err := fsys.(io.Closer).Close(); err != nil {
		t.Error(err)
	}
}

func TestNamesInListings(t *testing.T) {
	dir := plant(t, map[string]string{
		"tab\tx": "", "cr\rx": "", "lf\n1x\tevil\tevil.example\t70": "", "esc\x1b[31m": "",
		"b.txt": "", "B.txt": "", "a b.txt": "", "grüße.txt": "", "del\x7fx.txt": "", "c1\u0085x.txt": "", "ls\u2028x.txt": "",
		"latin\xe9": "", "#hash?.txt": "",
	})
	var log bytes.Buffer
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	h := serveDir(t, dir)
	got := exchange(t, h, "\r\n", info)
	var want string
	for _, name := range []string{"#hash?.txt", "B.txt", "a b.txt", "b.txt", "c1\u0085x.txt", "del\x7fx.txt", "grüße.txt", "ls\u2028x.txt"} {
		shown := strings.NewReplacer("\u0085", "?", "\x7f", "?", "\u2028", "?").Replace(name)
		want += "0" + shown + "\t" + name + "\tgopher.example\t7070\r\n"
		if file := exchange(t, h, name+"\r\n", info); file != "\r\n.\r\n" {
			t.Errorf("%q cannot be fetched: %q", name, file)
		}
	}
	if diff := cmp.Diff(want+".\r\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	exchange(t, h, "\r\n", info) // does not say it again
	exchange(t, serveDir(t, plant(t, map[string]string{"a.txt": ""})), "\r\n", info)
	if n := strings.Count(log.String(), "not listed"); n != 1 || !strings.Contains(log.String(), "files=5 ") {
		t.Errorf("%d log entries, want 1 of 5 files:\n%s", n, log.String())
	}
}

func TestTypesInListings(t *testing.T) {
	tree := map[string]string{
		"README": "text\n", "latin1": "gr\xfc\xdfe\n", "ansi": "\x1b[31mred\n", "empty": "", "program": "\x7fELF\x02\x01\x01\x00",
		"picture": "\x89PNG\r\n\x1a\n\x00", "jpeg": "\xff\xd8\xff\xe0\x00\x10JFIF", "anim": "GIF89a\x01\x00", "song": "OggS\x00\x02",
		"wave": "RIFF\x24\x00\x00\x00WAVEfmt ", "page": "\n<!DOCTYPE html><p>", "webp": "RIFF\x24\x00\x00\x00WEBPVP8 ",
		"a.TXT": "", "a.md": "", "a.html": "", "a.gif": "", "a.jpg": "", "a.mp3": "", "a.zip": "", "a.pdf": "", "a.unknown": "a\x00",
		"sub/x": "",
	}
	menu := files.Server(must(files.Dir(plant(t, tree))))(&gopherframe.Request{}).(*gopherframe.Menu)
	got := map[string]string{}
	for _, it := range menu.Items {
		got[it.Name] = string(it.Type)
	}
	want := map[string]string{
		"README": "0", "latin1": "0", "ansi": "0", "empty": "0", "program": "9", "picture": "I", "jpeg": "I", "anim": "g", "song": "s",
		"wave": "s", "page": "h", "webp": "I", "a.TXT": "0", "a.md": "0", "a.html": "h", "a.gif": "g", "a.jpg": "I", "a.mp3": "s",
		"a.zip": "9", "a.pdf": "9", "a.unknown": "9", "sub": "1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if menu.Items[0].Name != "sub" {
		t.Errorf("the directory does not come first: %v", menu.Items)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestAnyFS serves the same tree from a directory, from a zip archive and by
// os.DirFS.
func TestAnyFS(t *testing.T) {
	site := os.DirFS("../examples/files/site")
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if err := w.AddFS(site); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	zipped := must(zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len())))
	onDisk := files.Server(must(files.Dir("../examples/files/site")))
	for _, selector := range []string{"", "about.txt", "docs", "docs/", "docs/notes", "docs/notes/README", "pictures", "pictures/burrow.png", "nope", "docs/grüße.txt"} {
		want := exchange(t, onDisk, selector+"\n", info)
		for name, fsys := range map[string]fs.FS{"zip": zipped, "os.DirFS": site} {
			if got := exchange(t, files.Server(fsys), selector+"\n", info); got != want {
				t.Errorf("%s, %q: %q, want %q", name, selector, got, want)
			}
		}
	}
}

func TestMountedFiles(t *testing.T) {
	r := gopherframe.NewRouter()
	r.Mount("files/", serveDir(t, plant(t, map[string]string{"d/a.txt": "a", "m/gophermap": "0A\ta.txt\n0Abs\t/a.txt\n1Up\t../d\n", "m/a.txt": "m"})))
	tests := []struct{ selector, want string }{
		{"files", "1d\tfiles/d\tgopher.example\t7070\r\n1m\tfiles/m\tgopher.example\t7070\r\n.\r\n"},
		{"files/", "1d\tfiles/d\tgopher.example\t7070\r\n1m\tfiles/m\tgopher.example\t7070\r\n.\r\n"},
		{"/files/d/", "0a.txt\tfiles/d/a.txt\tgopher.example\t7070\r\n.\r\n"},
		{"files/d/a.txt", "a\r\n.\r\n"},
		{"files//d/a.txt", badSelector},
		{"//files/d/a.txt", notFound},
		{"files/m", "0A\tfiles/m/a.txt\tgopher.example\t7070\r\n0Abs\t/a.txt\tgopher.example\t7070\r\n1Up\tfiles/d\tgopher.example\t7070\r\n.\r\n"},
	}
	for _, tt := range tests {
		if got := exchange(t, r.Respond, tt.selector+"\r\n", info); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.selector, got, tt.want)
		}
	}
}

func TestLongListing(t *testing.T) {
	const most = 100_000
	fsys := manyFS{most + 10}
	menu := files.Server(fsys)(&gopherframe.Request{}).(*gopherframe.Menu)
	last := menu.Items[len(menu.Items)-1]
	if len(menu.Items) != most+1 || last.Type != 'i' || !strings.Contains(last.Name, "100000") {
		t.Errorf("%d items, the last is %v", len(menu.Items), last)
	}
	if menu = files.Server(manyFS{3000})(&gopherframe.Request{}).(*gopherframe.Menu); len(menu.Items) != 3000 {
		t.Errorf("%d items of 3000", len(menu.Items))
	}
}

// manyFS is a directory of n files.
type manyFS struct{ n int }

func (m manyFS) Open(name string) (fs.File, error) {
	if name != "." {
		return nil, fs.ErrNotExist
	}
	return &manyDir{left: m.n}, nil
}

type manyDir struct{ left int }

func (d *manyDir) Stat() (fs.FileInfo, error) { return fstest.MapFS{}.Stat(".") }
func (d *manyDir) Read([]byte) (int, error)   { return 0, fs.ErrInvalid }
func (d *manyDir) Close() error               { return nil }
func (d *manyDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if d.left == 0 {
		return nil, io.EOF
	}
	var list []fs.DirEntry
	for ; n > 0 && d.left > 0; n-- {
		info := must(fstest.MapFS{"x": {}}.Stat("x"))
		list = append(list, renamed{fs.FileInfoToDirEntry(info), fmt.Sprintf("%06d.txt", d.left)})
		d.left--
	}
	return list, nil
}

type renamed struct {
	fs.DirEntry
	name string
}

func (r renamed) Name() string { return r.name }

// TestSniffsAreBounded: a listing does not open a file each in a large directory.
func TestSniffsAreBounded(t *testing.T) {
	tree := countingFS{MapFS: fstest.MapFS{}, opened: new(int)}
	for i := range 1500 {
		tree.MapFS[fmt.Sprintf("%04d", i)] = &fstest.MapFile{Data: []byte("text")}
	}
	menu := files.Server(tree)(&gopherframe.Request{}).(*gopherframe.Menu)
	if n := len(menu.Items); n != 1500 {
		t.Errorf("%d items", n)
	}
	if *tree.opened > 1002 {
		t.Errorf("%d files were opened", *tree.opened)
	}
	for i, want := range map[int]gopherframe.ItemType{0: '0', 999: '0', 1000: '9', 1499: '9'} {
		if got := menu.Items[i].Type; got != want {
			t.Errorf("the type of file %d is %v, want %v", i, got, want)
		}
	}
}

type countingFS struct {
	fstest.MapFS
	opened *int
}

func (c countingFS) Open(name string) (fs.File, error) {
	*c.opened++
	return c.MapFS.Open(name)
}

// changingFS has a file that is not as long as it says.
type changingFS struct{ says, has int }

func (c changingFS) Open(name string) (fs.File, error) {
	return &changingFile{Reader: io.LimitReader(zeros{}, int64(c.has)), size: c.says}, nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type changingFile struct {
	io.Reader
	size int
}

func (f *changingFile) Close() error { return nil }
func (f *changingFile) Stat() (fs.FileInfo, error) {
	return fstest.MapFS{"f": {Data: make([]byte, f.size)}}.Stat("f")
}

func TestFileThatChanges(t *testing.T) {
	for _, typ := range []gopherframe.ItemType{'9', '0'} {
		grown := &gopherframe.File{FS: changingFS{says: 1000, has: 1 << 30}, Name: "f", Type: typ}
		got := exchange(t, answers(grown), "\n", info)
		if n := strings.Count(got, "x"); n != 1000 {
			t.Errorf("type %c: %d bytes of a file that had 1000 when it was opened", typ, n)
		}
		cut := &gopherframe.File{FS: changingFS{says: 200_000, has: 100_000}, Name: "f", Type: typ}
		d := &dialog{Reader: strings.NewReader("\n")}
		sent, err := gopherframe.Serve(t.Context(), d, answers(cut), info)
		if n := strings.Count(d.String(), "x"); !errors.Is(err, gopherframe.ErrCut) || sent.Err == nil || n == 0 || n > 100_000 {
			t.Errorf("type %c, cut short: %v, %v, %d bytes", typ, sent, err, n)
		}
	}
}

// TestFilesReachReadFrom: the connection gets the *os.File, so the kernel can copy.
func TestFilesReachReadFrom(t *testing.T) {
	large := strings.Repeat("\x00", 50_000) // smaller ones are sent with the end of the answer
	h := serveDir(t, plant(t, map[string]string{"a.bin": large, "b": large}))
	for _, selector := range []string{"a.bin", "b"} {
		rw := &kernel{Reader: strings.NewReader(selector + "\r\n")}
		if _, err := gopherframe.Serve(t.Context(), rw, h, info); err != nil {
			t.Fatal(err)
		}
		if rw.files != 1 || rw.Len() != 50_000 {
			t.Errorf("%s: %d files, %d bytes", selector, rw.files, rw.Len())
		}
	}
}

type kernel struct {
	io.Reader
	bytes.Buffer
	files int
}

func (k *kernel) Read(p []byte) (int, error) { return k.Reader.Read(p) }
func (k *kernel) ReadFrom(r io.Reader) (int64, error) {
	if limited, ok := r.(*io.LimitedReader); ok {
		if _, ok := limited.R.(*os.File); ok {
			k.files++
		}
	}
	return k.Buffer.ReadFrom(r)
}

// TestNoAliases: a path has one selector, with or without the slash of a directory, so
// that nobody gets round what guards it.
func TestNoAliases(t *testing.T) {
	h := serveDir(t, plant(t, map[string]string{"a.txt": "a", "d/b.txt": "b"}))
	top, below := gopherframe.NewRouter(), gopherframe.NewRouter()
	top.Mount("", h)
	below.Mount("files", h)
	for name, serve := range map[string]gopherframe.Handler{"alone": h, "at the top": top.Respond} {
		for _, selector := range []string{"", "/", "a.txt", "/a.txt", "d", "d/", "/d/"} {
			if got := exchange(t, serve, selector+"\n", info); strings.HasPrefix(got, "3") {
				t.Errorf("%s, %q: %q", name, selector, got)
			}
		}
		for _, selector := range []string{"//", "///", "//a.txt", ".", "./", "/.", "./a.txt", "d//", "d/.", "d/..", "d//b.txt", "a.txt/", "%61.txt"} {
			if got := exchange(t, serve, selector+"\n", info); got != badSelector && got != notFound {
				t.Errorf("%s, %q: %q", name, selector, got)
			}
		}
	}
	for _, selector := range []string{"files//", "files///", "files//d", "files/./d", "files/."} {
		if got := exchange(t, below.Respond, selector+"\n", info); got != badSelector {
			t.Errorf("%q: %q", selector, got)
		}
	}
}

func TestServerTroubleIsNoAbsence(t *testing.T) {
	h := files.Server(brokenFS{&fs.PathError{Op: "open", Path: "x", Err: syscall.EMFILE}})
	if got := exchange(t, h, "x\n", info); got != "3Internal server error.\t\terror.host\t0\r\n.\r\n" {
		t.Errorf("without descriptors: %q", got)
	}
	h = files.Server(brokenFS{fs.ErrPermission})
	if got := exchange(t, h, "x\n", info); got != notFound {
		t.Errorf("without permission: %q", got)
	}
}

// TestDirectoryThatCannotBeRead: a directory whose entries the system does not tell is not
// found, unless that is the server's trouble.
func TestDirectoryThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fs.ErrPermission, notFound},
		{syscall.EMFILE, "3Internal server error.\t\terror.host\t0\r\n.\r\n"},
	} {
		h := files.Server(lockedFS{fstest.MapFS{"d/a.txt": {}}, &fs.PathError{Op: "open", Path: "d", Err: tt.err}})
		if got := exchange(t, h, "d\n", info); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

// A lockedFS tells what there is, but opens nothing.
type lockedFS struct {
	fstest.MapFS
	err error
}

func (l lockedFS) Open(string) (fs.File, error) { return nil, l.err }

type brokenFS struct{ err error }

func (b brokenFS) Open(string) (fs.File, error) { return nil, b.err }

func FuzzSelector(f *testing.F) {
	parent := plant(f, map[string]string{"root/ok.txt": "fine", "root/d/x": "fine", "root/.s": "SECRET", "secret.txt": "SECRET", "root-x/s": "SECRET"})
	root := filepath.Join(parent, "root")
	os.Symlink("../secret.txt", filepath.Join(root, "out"))
	os.Symlink("..", filepath.Join(root, "up"))
	h := serveDir(f, root)
	for _, s := range []string{"", "ok.txt", "../secret.txt", "d/../../secret.txt", "%2e%2e/secret.txt", ".s", "%2es", "out", "up/secret.txt", "/" + parent + "/secret.txt", "d//x", "..\\secret.txt"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, selector string) {
		d := &dialog{Reader: strings.NewReader(selector + "\r\n")}
		gopherframe.Serve(context.Background(), d, h, info)
		if strings.Contains(d.String(), "SECRET") {
			t.Fatalf("%q leaks", selector)
		}
	})
}
