package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestOnlyTheUsersDirectory: what is called public_gopher must be a directory that the user owns,
// within the home.
func TestOnlyTheUsersDirectory(t *testing.T) {
	town := newTown(t, map[string]string{
		"alice/public_gopher/x.txt": "x\n", "bob/html/x.txt": "bob's\n", "carol/letter.txt": "", "dave/letter.txt": "", "erin/public_gopher/x.txt": "",
		"frank/public_gopher/x.txt": "", "grace/public_gopher/x.txt": "x\n",
	})
	link := func(target, name string) { check(t, os.Symlink(target, filepath.Join(town.dir, name))) }
	link("html", "bob/public_gopher")
	link("../alice/public_gopher", "carol/public_gopher")
	link("/etc", "dave/public_gopher")
	link("grace", "heidi")
	grace := filepath.Join(town.dir, "grace") // nobody but root may list it
	check(t, os.Chmod(grace, 0o311))
	t.Cleanup(func() { os.Chmod(grace, 0o755) })
	for i := range town.accounts {
		switch a := &town.accounts[i]; a.Name {
		case "erin":
			a.UID++
		case "frank":
			a.Home = "frank"
		}
	}
	town.accounts = append(town.accounts, passwd.Account{Name: "heidi", UID: uint32(os.Getuid()), Home: filepath.Join(town.dir, "heidi")},
		passwd.Account{Name: "homeless", UID: uint32(os.Getuid())})
	t.Chdir(town.dir)
	users := town.users()
	h, kept := files.NewKept(must(files.Dir(plant(t, nil))), users.Option())
	for name, want := range map[string]string{
		"alice": said("x", "."), "bob": said("bob's", "."), "grace": said("x", "."), "heidi": said("x", "."),
		"carol": notFound, "dave": notFound, "erin": notFound, "frank": notFound, "homeless": notFound,
	} {
		if got := ask(t, h, "~"+name+"/x.txt"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := ask(t, h, "~dave/passwd"); got != notFound {
		t.Errorf("a link to /etc: %q", got)
	}
	var want []gopherframe.Item
	for _, name := range []string{"alice", "bob", "grace", "heidi"} {
		want = append(want, gopherframe.Item{Type: '1', Name: "~" + name, Selector: "files/~" + name + "/"})
	}
	if diff := cmp.Diff(want, kept.UserItems("files/")); diff != "" {
		t.Errorf("the users (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, kept.UserItemsOf(town.accounts[0], "files/~alice/")); diff != "" {
		t.Errorf("the users in a map of one (-want +got):\n%s", diff)
	}
	_, without := files.NewKept(must(files.Dir(plant(t, nil))), files.Hosts("a.example", "b.example"))
	if got := without.UserItems(""); got != nil {
		t.Errorf("without the option there are the users %v", got)
	}
	m := gopherframe.NewMenu().Add(without.HostItems()...)
	if got, want := exchange(t, answers(m), "\n", info), said("1a.example\t\ta.example\t7070", "1b.example\t\tb.example\t7070", "."); got != want {
		t.Errorf("the hosts: %q, want %q", got, want)
	}
}

// TestFilesOfOthers: a hard link to the file of another user is not served.
func TestFilesOfOthers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	const uid = 12345
	town := newTown(t, map[string]string{"alice/public_gopher/mine.txt": "mine\n", "alice/public_gopher/mine": "mine\n", "bob/letter.txt": "secret\n"})
	for i := range town.accounts {
		town.accounts[i].UID = uid
	}
	public := filepath.Join(town.dir, "alice/public_gopher")
	for _, name := range []string{".", "mine.txt", "mine"} {
		check(t, os.Chown(filepath.Join(public, name), uid, uid))
	}
	for _, name := range []string{"letter.txt", "letter", "gophermap"} {
		check(t, os.Link(filepath.Join(town.dir, "bob/letter.txt"), filepath.Join(public, name)))
	}
	check(t, os.Symlink("letter.txt", filepath.Join(public, "link.txt")))
	for _, options := range [][]files.Option{nil, {files.Cache(1 << 20)}} {
		h := serveDir(t, plant(t, nil), append(options, town.users().Option())...)
		for line, want := range map[string]string{"~alice/mine.txt": said("mine", "."), "~alice/mine": said("mine", "."), "~alice/letter.txt": notFound,
			"~alice/letter": notFound, "~alice/link.txt": notFound, "~alice/gophermap": notFound} {
			if got := ask(t, h, line); got != want {
				t.Errorf("%s: %q, want %q", line, got, want)
			}
		}
		if got := ask(t, h, "~alice"); strings.Contains(got, "secret") || strings.Contains(got, "link.txt") || !strings.Contains(got, "0mine.txt\t") {
			t.Errorf("the menu is %q", got)
		}
	}
	check(t, os.Chown(public, 0, 0))
	if got := ask(t, serveDir(t, plant(t, nil), town.users().Option()), "~alice/mine.txt"); got != notFound {
		t.Errorf("in a directory of root: %q", got)
	}
}

// TestAsRoot: a server that runs as root serves what all users may read.
func TestAsRoot(t *testing.T) {
	town := newTown(t, map[string]string{
		"alice/public_gopher/open.txt": "open\n", "alice/public_gopher/closed.txt": "closed\n", "alice/public_gopher/closed/x.txt": "x\n",
		"alice/public_gopher/passage/x.txt": "x\n", "bob/public_gopher/x.txt": "x\n", "carol/public_gopher/x.txt": "x\n", "dave/html/x.txt": "x\n",
	})
	mode := func(name string, mode os.FileMode) { check(t, os.Chmod(filepath.Join(town.dir, name), mode)) }
	mode("alice", 0o711)
	mode("alice/public_gopher/closed.txt", 0o640)
	mode("alice/public_gopher/closed", 0o750)
	mode("alice/public_gopher/passage", 0o711)
	check(t, os.Symlink("closed/x.txt", filepath.Join(town.dir, "alice/public_gopher/closed-x.txt")))
	check(t, os.Symlink("passage/../closed/../passage/./x.txt", filepath.Join(town.dir, "alice/public_gopher/round.txt")))
	check(t, os.Symlink("passage/x.txt", filepath.Join(town.dir, "alice/public_gopher/open-x.txt")))
	check(t, os.Symlink("passage", filepath.Join(town.dir, "alice/public_gopher/aisle")))
	check(t, os.Symlink("loop", filepath.Join(town.dir, "alice/public_gopher/loop")))
	mode("bob", 0o700)
	mode("carol/public_gopher", 0o711)
	check(t, os.MkdirAll(filepath.Join(town.dir, "dave/private"), 0o755))
	check(t, os.Rename(filepath.Join(town.dir, "dave/html"), filepath.Join(town.dir, "dave/private/html")))
	check(t, os.Symlink("private/html", filepath.Join(town.dir, "dave/public_gopher")))
	mode("dave/private", 0o700)
	for _, asRoot := range []bool{true, false} {
		users := town.users()
		users.AsRoot(asRoot)
		h := serveDir(t, plant(t, nil), users.Option())
		for line, want := range map[string]struct {
			text   string
			always bool
		}{
			"~alice/open.txt":      {said("open", "."), true},
			"~alice/closed.txt":    {said("closed", "."), false},
			"~alice/closed/x.txt":  {said("x", "."), false},
			"~alice/closed":        {said("0x.txt\t~alice/closed/x.txt\tgopher.example\t7070", "."), false},
			"~alice/passage/x.txt": {said("x", "."), true},
			"~alice/closed-x.txt":  {said("x", "."), false},
			"~alice/round.txt":     {said("x", "."), false},
			"~alice/open-x.txt":    {said("x", "."), true},
			"~alice/aisle/x.txt":   {said("x", "."), true},
			"~alice/loop":          {notFound, true},
			"~alice/passage":       {said("0x.txt\t~alice/passage/x.txt\tgopher.example\t7070", "."), false},
			"~bob/x.txt":           {said("x", "."), false},
			"~carol/x.txt":         {said("x", "."), false},
			"~dave/x.txt":          {said("x", "."), false},
		} {
			if asRoot && !want.always {
				want.text = notFound
			}
			if got := ask(t, h, line); got != want.text {
				t.Errorf("as root: %v, %s: %q, want %q", asRoot, line, got, want.text)
			}
		}
	}
}

// TestHomeIsReplaced: another directory in the place of a user's is noticed, and a link that
// leads out of the home takes it away. What is being sent stays as it is.
func TestHomeIsReplaced(t *testing.T) {
	town := newTown(t, map[string]string{"alice/public_gopher/x.txt": "one\n", "alice/next/x.txt": "two\n", "bob/public_gopher/x.txt": "bob's\n"})
	users := town.users()
	h := serveDir(t, plant(t, nil), users.Option())
	public := filepath.Join(town.dir, "alice/public_gopher")
	sees := func(want string) {
		t.Helper()
		users.Recheck()
		for range 2 {
			if got := ask(t, h, "~alice/x.txt"); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	}
	sees(said("one", "."))
	sees(said("one", "."))
	file := h(&gopherframe.Request{Selector: "~alice/x.txt"}).(*gopherframe.File)
	open := must(file.FS.Open(file.Name))
	check(t, os.Rename(public, filepath.Join(town.dir, "alice/old")))
	check(t, os.Rename(filepath.Join(town.dir, "alice/next"), public))
	sees(said("two", "."))
	check(t, os.RemoveAll(public))
	sees(notFound)
	check(t, os.Symlink("../bob/public_gopher", public))
	sees(notFound)
	check(t, os.Remove(public))
	check(t, os.Symlink("old", public))
	sees(said("one", "."))
	if text := must(io.ReadAll(open)); string(text) != "one\n" {
		t.Errorf("the open file has %q", text)
	}
	open.Close()
	if n := users.Open(); n != 1 {
		t.Errorf("%d directories are open", n)
	}
}

// TestLookups: what is known of a name is kept for five seconds, bounded, and longer while the
// directory service is away. Directories that nobody asks for are closed after a minute.
func TestLookups(t *testing.T) {
	town := newTown(t, map[string]string{"alice/public_gopher/x.txt": "x\n"})
	site := must(files.Dir(plant(t, nil)))
	synctest.Test(t, func(t *testing.T) {
		users := town.users()
		h := files.Server(site, users.Option())
		asked := func(line, want string, lookups int32) {
			t.Helper()
			before := town.lookups.Load()
			for range 10 {
				if got := ask(t, h, line); got != want {
					t.Fatalf("%s: %q, want %q", line, got, want)
				}
			}
			if n := town.lookups.Load() - before; n != lookups {
				t.Errorf("%s: %d lookups, want %d", line, n, lookups)
			}
		}
		x := said("x", ".")
		asked("~alice/x.txt", x, 1)
		asked("~nobody/x.txt", notFound, 1)
		asked("~../x.txt", notFound, 0)
		time.Sleep(5*time.Second - time.Nanosecond)
		asked("~alice/x.txt", x, 0)
		asked("~nobody/x.txt", notFound, 0)
		time.Sleep(time.Nanosecond)
		asked("~alice/x.txt", x, 1)
		asked("~nobody/x.txt", notFound, 1)
		town.away.Store(true)
		time.Sleep(5 * time.Second)
		asked("~alice/x.txt", x, 1)
		asked("~nobody/x.txt", notFound, 1)
		town.away.Store(false)
		if n := users.Open(); n != 1 {
			t.Errorf("%d directories are open", n)
		}
		time.Sleep(30 * time.Second)
		asked("~alice/x.txt", x, 1)
		time.Sleep(59 * time.Second)
		if n := users.Open(); n != 1 {
			t.Errorf("after 59 s, %d directories are open", n)
		}
		time.Sleep(time.Minute + time.Second)
		if n := users.Open(); n != 0 {
			t.Errorf("after two minutes, %d directories are open", n)
		}
		asked("~alice/x.txt", x, 1)
		town.accounts = nil
		time.Sleep(5 * time.Second)
		asked("~alice/x.txt", notFound, 1)
		var names []string
		for i := range 3000 {
			names = append(names, fmt.Sprintf("user%d", i))
			ask(t, h, "~"+names[i])
		}
		if n := users.Known(names); n != 1024 {
			t.Errorf("%d names are remembered", n)
		}
		time.Sleep(2 * time.Minute) // until all is closed
	})
}

// TestManyUsers: many clients who ask for many users at the same time all get their answers,
// although few directories may be open.
func TestManyUsers(t *testing.T) {
	const count, each, most = 200, 40, 3
	content := map[string]string{}
	for i := range count {
		content[fmt.Sprintf("user%d/public_gopher/x.txt", i)] = fmt.Sprintf("I am %d.\n", i)
		content[fmt.Sprintf("user%d/public_gopher/sub/y.txt", i)] = "y\n"
	}
	town := newTown(t, content)
	for name, options := range map[string][]files.Option{"files": nil, "texts": {files.Cache(1 << 20)}} {
		users := town.users()
		users.Bound(most, time.Millisecond)
		h := serveDir(t, plant(t, nil), append(options, users.Option())...)
		before := descriptors()
		var work sync.WaitGroup
		for g := range 100 {
			work.Go(func() {
				for i := range each {
					n := (i*7 + g*13) % count
					if g%10 == 0 && i%20 == 0 {
						users.Recheck()
					}
					user := fmt.Sprintf("~user%d", n)
					if got, want := ask(t, h, user+"/x.txt"), said(fmt.Sprintf("I am %d.", n), "."); got != want {
						t.Errorf("%s, %s/x.txt: %q, want %q", name, user, got, want)
						return
					}
					if got, want := ask(t, h, user+"/sub"), said("0y.txt\t"+user+"/sub/y.txt\tgopher.example\t7070", "."); got != want {
						t.Errorf("%s, %s/sub: %q, want %q", name, user, got, want)
						return
					}
					if n := users.Open(); n > most+100 {
						t.Errorf("%s: %d directories are open", name, n)
					}
				}
			})
		}
		work.Wait()
		deadline := time.Now().Add(time.Minute)
		for users.Open() > 0 || descriptors() > before {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %d directories stay open, %d descriptors of %d", name, users.Open(), descriptors(), before)
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// TestHomeInUse: a directory in use is not closed, whether another takes its place or too many are
// open, but when the use is over.
func TestHomeInUse(t *testing.T) {
	for name, closing := range map[string]func(*town, files.UsersOf, gopherframe.Handler){
		"replaced": func(town *town, users files.UsersOf, h gopherframe.Handler) {
			check(t, os.Rename(filepath.Join(town.dir, "alice/public_gopher"), filepath.Join(town.dir, "alice/old")))
			check(t, os.Mkdir(filepath.Join(town.dir, "alice/public_gopher"), 0o755))
			users.Recheck()
			if got := ask(t, h, "~alice/x.txt"); got != notFound {
				t.Errorf("the new directory has %q", got)
			}
		},
		"too many": func(_ *town, users files.UsersOf, h gopherframe.Handler) {
			users.Bound(1, time.Hour)
			_, release, err := users.Hold("bob")
			check(t, err)
			t.Cleanup(release)
			if got := ask(t, h, "~carol/x.txt"); got != said("x", ".") {
				t.Errorf("although two are in use: %q", got)
			}
			if n := users.Open(); n != 2 {
				t.Errorf("%d directories are open, not the two in use", n)
			}
		},
	} {
		town := newTown(t, map[string]string{"alice/public_gopher/x.txt": "x\n", "bob/public_gopher/x.txt": "x\n", "carol/public_gopher/x.txt": "x\n"})
		users := town.users()
		h := serveDir(t, plant(t, nil), users.Option())
		open, release, err := users.Hold("alice")
		check(t, err)
		check(t, open("x.txt"))
		closing(town, users, h)
		if err := open("x.txt"); err != nil {
			t.Errorf("%s: while in use: %v", name, err)
		}
		release()
		if err := open("x.txt"); err == nil {
			t.Errorf("%s: it stays open", name)
		}
	}
}

// descriptors returns how many descriptors the process has, 0 where that is not known.
func descriptors() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
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
