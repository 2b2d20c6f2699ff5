package files_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe"
	"gopherframe/files"
)

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
