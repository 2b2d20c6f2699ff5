//go:build unix

package files_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gopherframe"
	"gopherframe/files"
)

// TestDirIsConfined tries all known ways out, and what must not be opened.
func TestDirIsConfined(t *testing.T) {
	parent := plant(t, map[string]string{
		"root/ok.txt":         "ok\n",
		"root/.secret":        "SECRET",
		"root/.git/config":    "SECRET",
		"root/sub/.hidden/x":  "SECRET",
		"root/100%25.txt":     "percent\n",
		"root/inner.txt":      "inner\n",
		"root-secret/key.txt": "SECRET",
		"secret.txt":          "SECRET",
	})
	root := filepath.Join(parent, "root")
	for link, target := range map[string]string{
		"out":      "../secret.txt",
		"outdir":   "..",
		"abs":      filepath.Join(parent, "secret.txt"),
		"absdir":   parent,
		"inside":   "inner.txt",
		"dangling": "nowhere",
		"loop":     "loop",
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(root, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()

	tests := []struct{ selector, want string }{
		{"ok.txt", "ok\r\n.\r\n"},
		{"/ok.txt", "ok\r\n.\r\n"},
		{"inside", "inner\r\n.\r\n"},
		{"ok%2Etxt", notFound}, // nothing is decoded
		{"100%25.txt", "percent\r\n.\r\n"},
		{"100%2525.txt", notFound},
		{"", "1sub\tsub\tgopher.example\t7070\r\n0100%25.txt\t100%25.txt\tgopher.example\t7070\r\n" +
			"0inner.txt\tinner.txt\tgopher.example\t7070\r\n0inside\tinside\tgopher.example\t7070\r\n0ok.txt\tok.txt\tgopher.example\t7070\r\n.\r\n"},
		{"sub", ".\r\n"},
		{"sub/", ".\r\n"},
		{"ok.txt/", notFound},
		{"nope", notFound},
		{"ok.txt/x", notFound},
		{"..", badSelector},
		{"../secret.txt", badSelector},
		{"/../secret.txt", badSelector},
		{"sub/../../secret.txt", badSelector},
		{"sub/../ok.txt", badSelector},
		{"../root-secret/key.txt", badSelector},
		{"%2e%2e/secret.txt", notFound},
		{"..%2fsecret.txt", notFound},
		{"%252e%252e/secret.txt", notFound},
		{"//ok.txt", badSelector},
		{"sub//x", badSelector},
		{"./ok.txt", badSelector},
		{".", badSelector},
		{parent + "/secret.txt", notFound},
		{"/" + parent + "/secret.txt", badSelector},
		{`..\secret.txt`, notFound},
		{".secret", notFound},
		{"%2Esecret", notFound},
		{".git/config", notFound},
		{"sub/.hidden/x", notFound},
		{"out", notFound},
		{"outdir/secret.txt", notFound},
		{"abs", notFound},
		{"absdir/secret.txt", notFound},
		{"dangling", notFound},
		{"loop", notFound},
		{"fifo", notFound},
		{"socket", notFound},
		{strings.Repeat("x", 300), notFound},
		{strings.Repeat("x/", 600), notFound},
		{"a\xffb", badSelector},
		{"a\x01b", badSelector},
	}
	onlyRoot := must(files.Dir(root))
	defer onlyRoot.(io.Closer).Close()
	files.CloseShort(onlyRoot)
	for name, h := range map[string]gopherframe.Handler{
		"":                serveDir(t, root),
		"without a cache": serveDir(t, root, files.Cache(0)),
		"cache":           serveDir(t, root, files.Cache(1<<20)),
		"os.Root alone":   files.Server(onlyRoot, files.Cache(1<<20)),
	} {
		for range 2 {
			for _, tt := range tests {
				if got := exchange(t, h, tt.selector+"\r\n", info); got != tt.want {
					t.Errorf("%s, %q: %q, want %q", name, tt.selector, got, tt.want)
				}
			}
		}
	}
}

// TestDirOpensWithoutWaiting: a FIFO is refused at once, from Dir and from a File of the system.
func TestDirOpensWithoutWaiting(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	fsys, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fsys.(io.Closer).Close()
	if f, err := fsys.Open("fifo"); err == nil {
		f.Close()
		t.Error("a FIFO was opened")
	}
	got := exchange(t, answers(&gopherframe.File{Name: filepath.Join(dir, "fifo")}), "\n", info)
	if got != notFound {
		t.Errorf("a FIFO of the system: %q", got)
	}
}
