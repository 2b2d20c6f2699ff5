package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/passwd"
)

// town is a directory with the homes of users, who are all whoever runs the test.
type town struct {
	dir      string
	accounts []passwd.Account
	lookups  atomic.Int32
	away     atomic.Bool // the directory service does not answer
}

// newTown makes homes for the first elements of the paths of files.
func newTown(t *testing.T, content map[string]string) *town {
	t.Helper()
	town := &town{dir: plant(t, content)}
	for _, home := range must(os.ReadDir(town.dir)) {
		town.accounts = append(town.accounts, passwd.Account{Name: home.Name(), UID: uint32(os.Getuid()), Home: filepath.Join(town.dir, home.Name())})
	}
	return town
}

func (t *town) lookup(name string) (*user.User, error) {
	t.lookups.Add(1)
	if t.away.Load() {
		return nil, errors.New("connection refused")
	}
	for _, a := range t.accounts {
		if a.Name == name {
			return &user.User{Username: name, Uid: strconv.Itoa(int(a.UID)), HomeDir: a.Home}, nil
		}
	}
	return nil, user.UnknownUserError(name)
}

func (t *town) users() files.UsersOf { return files.NewUsersOf("public_gopher", t.lookup, t.accounts) }

// said returns lines as they are sent.
func said(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

// ask returns the answer to a line.
func ask(t *testing.T, h gopherframe.Handler, line string) string {
	t.Helper()
	return exchange(t, h, line+"\r\n", info)
}

func TestUsers(t *testing.T) {
	town := newTown(t, map[string]string{
		"alice/public_gopher/about.txt":  "I am Alice.\n",
		"alice/public_gopher/sub/x.txt":  "x\n",
		"alice/public_gopher/.secret":    "secret\n",
		"alice/diary.txt":                "private\n",
		"bob/public_gopher/gophermap":    "Bob's\n0About\tabout.txt\n0Alice\t/~alice/about.txt\n",
		"bob/public_gopher/about.txt":    "I am Bob.\n",
		"carol/letter.txt":               "private\n",
		"dave/public_gopher":             "a file\n",
		"a.b+c@d_-/public_gopher/it.txt": "odd\n",
	})
	check(t, os.Symlink("../../bob/public_gopher/about.txt", filepath.Join(town.dir, "alice/public_gopher/bob.txt")))
	check(t, os.Symlink(filepath.Join(town.dir, "alice/diary.txt"), filepath.Join(town.dir, "alice/public_gopher/diary.txt")))
	check(t, os.Symlink("sub/x.txt", filepath.Join(town.dir, "alice/public_gopher/y.txt")))
	site := plant(t, map[string]string{"index.txt": "site\n", "~alice/about.txt": "of the site\n", "~nobody": "of the site\n", "~/x.txt": "tilde\n", "a/~alice": "below\n"})
	alice := func(prefix string) string {
		return said("1sub\t"+prefix+"~alice/sub\tgopher.example\t7070", "0about.txt\t"+prefix+"~alice/about.txt\tgopher.example\t7070",
			"0y.txt\t"+prefix+"~alice/y.txt\tgopher.example\t7070", ".")
	}
	h := serveDir(t, site, town.users().Option())
	mounted := gopherframe.NewRouter()
	mounted.Mount("files/", h)
	for _, tt := range []struct{ line, want string }{
		{"~alice", alice("")},
		{"~alice/", alice("")},
		{"/~alice/", alice("")},
		{"~alice/about.txt", said("I am Alice.", ".")},
		{"/~alice/about.txt", said("I am Alice.", ".")},
		{"~alice/sub/", said("0x.txt\t~alice/sub/x.txt\tgopher.example\t7070", ".")},
		{"~alice/y.txt", said("x", ".")},
		{"~bob", said("iBob's\t\terror.host\t0", "0About\t~bob/about.txt\tgopher.example\t7070", "0Alice\t/~alice/about.txt\tgopher.example\t7070", ".")},
		{"~a.b+c@d_-/it.txt", said("odd", ".")},
		{"", said("1a\ta\tgopher.example\t7070", "1~\t~\tgopher.example\t7070", "0index.txt\tindex.txt\tgopher.example\t7070", ".")},
		{"a", said("0~alice\ta/~alice\tgopher.example\t7070", ".")},
		{"~alice/bob.txt", notFound},
		{"~alice/diary.txt", notFound},
		{"~alice/.secret", notFound},
		{"~alice/none", notFound},
		{"~alice/../diary.txt", badSelector},
		{"~alice//about.txt", badSelector},
		{"~alice/./about.txt", badSelector},
		{"//~alice/about.txt", badSelector},
		{"~carol", notFound},
		{"~carol/", notFound},
		{"~carol/letter.txt", notFound},
		{"~dave", notFound},
		{"~nobody", notFound},
		{"~nobody/x", notFound},
		{"~ALICE/about.txt", notFound},
		{"~../carol/letter.txt", notFound},
		{"~.", notFound},
		{"~-alice", notFound},
		{"~al ice", notFound},
		{"~" + strings.Repeat("a", 65), notFound},
		{"~" + strings.Repeat("a", 1000) + "/x", notFound},
		{"~/x.txt", said("tilde", ".")},
		{"~", said("0x.txt\t~/x.txt\tgopher.example\t7070", ".")},
		{"a/~alice", said("below", ".")},
		{"index.txt", said("site", ".")},
	} {
		if got := ask(t, h, tt.line); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.line, got, tt.want)
		}
	}
	for line, want := range map[string]string{
		"files/~alice":            alice("files/"),
		"/files/~alice/":          alice("files/"),
		"files/~alice/about.txt":  said("I am Alice.", "."),
		"files//~alice/about.txt": badSelector,
		"files/~nobody":           notFound,
		"~alice":                  notFound,
	} {
		if got := ask(t, mounted.Respond, line); got != want {
			t.Errorf("mounted, %q: %q, want %q", line, got, want)
		}
	}
	if got := ask(t, serveDir(t, site), "~alice/about.txt"); got != said("of the site", ".") {
		t.Errorf("without the option: %q", got)
	}
	if got := ask(t, serveDir(t, site, town.users().Option(), files.DotFiles), "~alice/.secret"); got != said("secret", ".") {
		t.Errorf("with DotFiles: %q", got)
	}
}

// TestUsersAreKeptApart: the same name in the directories of two users is two texts, and two
// warnings, which tell the user.
func TestUsersAreKeptApart(t *testing.T) {
	const bad = "1Link\tx\th\tport\n"
	town := newTown(t, map[string]string{"alice/public_gopher/x.txt": "Alice\n", "alice/public_gopher/gophermap": bad,
		"bob/public_gopher/x.txt": "Bob\n", "bob/public_gopher/gophermap": bad})
	var log bytes.Buffer
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	h, kept := files.NewKept(must(files.Dir(plant(t, map[string]string{"x.txt": "site\n", "gophermap": bad}))), files.Cache(1<<20), town.users().Option())
	kept.Later(time.Minute)
	for range 2 {
		for prefix, want := range map[string]string{"": "site", "~alice/": "Alice", "~bob/": "Bob"} {
			if got := ask(t, h, prefix+"x.txt"); got != said(want, ".") {
				t.Errorf("%sx.txt: %q", prefix, got)
			}
			exchange(t, h, prefix+"\n", info)
		}
	}
	if !kept.HasOf("", "x.txt") || !kept.HasOf("alice", "x.txt") || !kept.HasOf("bob", "x.txt") {
		t.Error("the texts are not all kept")
	}
	if n := strings.Count(log.String(), "bad line"); n != 3 || strings.Count(log.String(), "user=alice") != 1 || strings.Count(log.String(), "user=bob") != 1 {
		t.Errorf("the log is\n%s", log.String())
	}
}

// TestUserOfTheSystem: the accounts are those of the system.
func TestUserOfTheSystem(t *testing.T) {
	h := serveDir(t, plant(t, nil), files.Users("public_gopher-which-nobody-has"))
	me, err := user.Current()
	if err != nil {
		t.Skip(err)
	}
	for _, name := range []string{me.Username, "root", "nobody-has-this-name"} {
		if got := ask(t, h, "~"+name+"/x"); got != notFound {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestUsersPanics(t *testing.T) {
	for _, dir := range []string{"", ".", "..", "../x", "/etc", "a/../b"} {
		func() {
			defer func() {
				if v := fmt.Sprint(recover()); !strings.Contains(v, "write a directory within the homes") {
					t.Errorf("Users(%q): %s", dir, v)
				}
			}()
			files.Users(dir)
		}()
	}
}

// TestUsersIncludeByPath: authors for gophernicus write the path of their home, and what is there of others is text.
func TestUsersIncludeByPath(t *testing.T) {
	town := newTown(t, map[string]string{"alice/public_gopher/part": "included\n", "bob/public_gopher/part": "Bob's\n"})
	lines := ""
	for _, home := range []string{"alice", "bob"} {
		lines += "=" + filepath.Join(town.dir, home, "public_gopher/part") + "\n"
	}
	check(t, os.WriteFile(filepath.Join(town.dir, "alice/public_gopher/gophermap"), []byte(lines), 0o644))
	h := serveDir(t, plant(t, nil), town.users().Option())
	want := said("iincluded\t\terror.host\t0", "i="+filepath.Join(town.dir, "bob/public_gopher/part")+"\t\terror.host\t0", ".")
	if got := ask(t, h, "~alice"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
