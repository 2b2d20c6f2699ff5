//go:build linux

package files_test

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
)

// TestUserPrograms: programs of a user run as that user if they belong to the user, and only with the
// option. Commands in maps of users never run.
func TestUserPrograms(t *testing.T) {
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if who, err = user.Lookup("nobody"); err != nil {
			t.Fatal(err)
		}
	}
	const id = "#!/bin/sh\necho \"$(id -un) $SCRIPT_NAME $PATH_INFO ${PWD##*/}\"\n"
	home := programSite(t, map[string]string{"public_gopher/cgi-bin/x": id, "public_gopher/cgi-bin/theirs": id, "public_gopher/run/gophermap": "#!/bin/sh\necho hello\n"},
		map[string]string{"public_gopher/gophermap": "=echo \"$USER\" | tr a b\n=cgi-bin/x\nend\n"})
	uid, _ := strconv.Atoi(who.Uid)
	filepath.WalkDir(home, func(path string, _ os.DirEntry, err error) error { return os.Chown(path, uid, -1) })
	lookup := func(name string) (*user.User, error) {
		if name != who.Username {
			return nil, user.UnknownUserError(name)
		}
		return &user.User{Username: name, Uid: who.Uid, HomeDir: home}, nil
	}
	root := os.Geteuid() == 0
	if root { // a program of somebody else
		os.Chown(filepath.Join(home, "public_gopher/cgi-bin/theirs"), 0, 0)
	}
	r := gopherframe.NewRouter()
	town := func() files.Option { return files.NewUsersOf("public_gopher", lookup, nil).Option() }
	others := runner()
	if root {
		others.User = "daemon" // programs of the site run as somebody else
	}
	options := []files.Option{files.CGI(others, "cgi-bin/*", "gophermap"), files.MapCommands(others)}
	site := programSite(t, nil, nil)
	for prefix, option := range map[string]files.Option{"with/": files.UserPrograms, "without/": files.Cache(0)} {
		fsys, err := files.Dir(site)
		if err != nil {
			t.Fatal(err)
		}
		r.Mount(prefix, files.Server(fsys, append(options, town(), option)...))
	}
	me := "~" + who.Username + "/"
	for selector, want := range map[string]string{
		"with/" + me + "cgi-bin/x/a":  who.Username + " /with/" + me + "cgi-bin/x /a cgi-bin\n",
		"with/" + me + "run":          "ihello\t\terror.host\t0\n.\n",
		"with/" + me:                  "i" + who.Username + " /with/" + me[:len(me)-1] + "  public_gopher\t\terror.host\t0\niend\t\terror.host\t0\n.\n",
		"without/" + me + "cgi-bin/x": id + ".\n",
		"without/" + me:               "iend\t\terror.host\t0\n.\n",
	} {
		if diff := cmp.Diff(want, wired(r.Respond, selector)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", selector, diff)
		}
	}
	if got := wired(r.Respond, "with/"+me+"cgi-bin/theirs"); root && got != missing {
		t.Errorf("a program of somebody else: %q", got)
	}
}
