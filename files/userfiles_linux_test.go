package files_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/internal/passwd"
)

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
