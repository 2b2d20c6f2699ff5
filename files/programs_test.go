//go:build unix

package files_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/files"
	"gopherframe/gophertest"
)

// says is a program that prints its variables.
const says = "#!/bin/sh\n" + `printf '%s %s %s %s %s\n' "${0##*/}" "$SCRIPT_NAME" "$PATH_INFO" "$QUERY_STRING" "${PWD##*/}"` + "\n"

// programSite makes a site of programs, which have mode 0755, and of files.
func programSite(t *testing.T, programs, others map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	os.Chmod(filepath.Dir(dir), 0o755) // for programs that run as somebody else
	for mode, texts := range map[os.FileMode]map[string]string{0o755: programs, 0o644: others} {
		for name, text := range texts {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// runner has the user that programs run as.
func runner() *cgi.Handler {
	if os.Geteuid() == 0 {
		return &cgi.Handler{User: "nobody"}
	}
	return &cgi.Handler{}
}

// serveSite returns a Handler for the directory, mounted at "a/" if it is.
func serveSite(t *testing.T, dir string, mounted bool, options ...files.Option) gopherframe.Handler {
	t.Helper()
	fsys, err := files.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := gopherframe.NewRouter()
	prefix := ""
	if mounted {
		prefix = "a/"
	}
	r.Mount(prefix, files.Server(fsys, options...))
	return r.Respond
}

// wired returns an answer with LF for CRLF.
func wired(h gopherframe.Handler, line string) string {
	return strings.ReplaceAll(string(gophertest.Get(h, line).Wire), "\r", "")
}

const (
	missing       = "3Not found.\t\terror.host\t0\n.\n"
	bad           = "3Bad selector.\t\terror.host\t0\n.\n"
	internalError = "3Internal server error.\t\terror.host\t0\n.\n"
)

// TestPrograms: which selectors are answered by which program.
func TestPrograms(t *testing.T) {
	dir := programSite(t, map[string]string{
		"cgi-bin/x": says, "cgi-bin/deep/y": says, "z.cgi": says, "app/index.cgi": says, "app/run.sh": says, ".hidden/x.cgi": says,
		"app/sub/own/index.cgi": says, "menu.dcgi": "#!/bin/sh\necho '[0|Hello|hello.txt|server|port]'\n",
	}, map[string]string{
		"about.txt": "about\n", "app/file.txt": "file\n", "app/dir/note.txt": "note\n", "plain.cgi": "secret\n", "cgi-bin/d/f": "f\n", "a?b.txt": "question\n",
	})
	h := serveSite(t, dir, false, files.CGI(runner(), "/cgi-bin/*", "*.cgi", "*.dcgi"))
	const listing = "0note.txt\tapp/dir/note.txt\tlocalhost\t70\n.\n"
	for selector, want := range map[string]string{
		"cgi-bin/x":         "x /cgi-bin/x   cgi-bin\n",
		"/cgi-bin/x":        "x /cgi-bin/x   cgi-bin\n",
		"cgi-bin/x/":        "x /cgi-bin/x   cgi-bin\n",
		"cgi-bin/x/a/b?c=d": "x /cgi-bin/x /a/b c=d cgi-bin\n",
		"cgi-bin/x\tsearch": "x /cgi-bin/x  search cgi-bin\n",
		"cgi-bin/x/a//b":    "x /cgi-bin/x /a//b  cgi-bin\n",
		"cgi-bin/x/../y":    bad,
		"cgi-bin/deep/y":    strings.ReplaceAll(says, "\r", "") + ".\n", // a glob with a slash is for the whole path
		"cgi-bin/d/f":       "f\n.\n",
		"cgi-bin/none":      missing,
		"z.cgi?q":           "z.cgi /z.cgi  q " + filepath.Base(dir) + "\n",
		"app":               "index.cgi /app   app\n",
		"app/":              "index.cgi /app   app\n",
		"app?q":             "index.cgi /app  q app\n",
		"app/no/such":       "index.cgi /app /no/such  app\n",
		"app/no/../such":    bad,
		"app/file.txt":      "file\n.\n",
		"app/file.txt/x":    missing,
		"app/dir":           listing,
		"app/dir/no":        "index.cgi /app /dir/no  app\n",
		"app/sub/own/x":     "index.cgi /app/sub/own /x  own\n",
		"app/index.cgi":     "index.cgi /app/index.cgi   app\n",
		"app/.secret":       missing,
		".hidden/x.cgi":     missing,
		"plain.cgi":         internalError, // it may not be executed, and is not shown
		"plain.cgi/":        internalError,
		"a?b.txt":           "question\n.\n",
		"about.txt":         "about\n.\n",
		"about.txt?q":       missing,
		"menu.dcgi":         "0Hello\thello.txt\tlocalhost\t70\n.\n",
	} {
		if diff := cmp.Diff(want, wired(h, selector)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", selector, diff)
		}
	}
}

// TestProgramsMounted: links of a mounted directory lead back to its programs.
func TestProgramsMounted(t *testing.T) {
	dir := programSite(t, map[string]string{"x.cgi": says, "index.cgi": says, "d/m.dcgi": "#!/bin/sh\necho '[0|Hello|hello.txt|server|port]'\n"}, nil)
	h := serveSite(t, dir, true, files.CGI(runner(), "*.cgi", "*.dcgi"))
	for selector, want := range map[string]string{
		"a/x.cgi/b":  "x.cgi /a/x.cgi /b  " + filepath.Base(dir) + "\n",
		"a":          "index.cgi /a   " + filepath.Base(dir) + "\n",
		"a/no":       "index.cgi /a /no  " + filepath.Base(dir) + "\n",
		"a/d/m.dcgi": "0Hello\ta/d/hello.txt\tlocalhost\t70\n.\n",
	} {
		if diff := cmp.Diff(want, wired(h, selector)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", selector, diff)
		}
	}
}

// TestProgramTypes: what programs are listed as.
func TestProgramTypes(t *testing.T) {
	dir := programSite(t, map[string]string{"a.cgi": says, "b.gif.cgi": says, "c.dcgi": says, "d.sh": says, "e": says, "index.cgi.txt": says, "f.html.cgi": says}, nil)
	h := serveSite(t, dir, false, files.CGI(runner(), "*.cgi", "*.dcgi", "e"))
	var got strings.Builder
	for line := range strings.Lines(wired(h, "")) {
		got.WriteString(line[:1])
	}
	if want := "0g10" + "0h" + "0."; got.String() != want {
		t.Errorf("the types are %q, want %q:\n%s", got.String(), want, wired(h, ""))
	}
}

// TestProgramTypesOfFlags: a type for an extension comes before what programs are listed as.
func TestProgramTypesOfFlags(t *testing.T) {
	dir := programSite(t, map[string]string{"a.cgi": says, "b.map.cgi": says, "index.cgi": "#!/bin/sh\n"}, nil)
	h := serveSite(t, dir, false, files.CGI(runner(), "[ab]*.cgi"), files.Type("map", gopherframe.TypeMenu))
	if got := wired(h, ""); !strings.HasPrefix(got, "0a.cgi\t") || !strings.Contains(got, "\n1b.map.cgi\t") {
		t.Errorf("%q", got)
	}
	h = serveSite(t, dir, false, files.CGI(runner(), "[ab]*.cgi"), files.Type("cgi", gopherframe.TypeSearch))
	if got := wired(h, ""); !strings.HasPrefix(got, "7a.cgi\t") || !strings.Contains(got, "\n7b.map.cgi\t") {
		t.Errorf("%q", got)
	}
}

// TestNoPrograms: without the option, programs are files, and a map that is one is not shown.
func TestNoPrograms(t *testing.T) {
	dir := programSite(t, map[string]string{"x.cgi": says, "gophermap": says}, nil)
	if got := wired(serveSite(t, dir, false), "x.cgi"); got != says+".\n" {
		t.Errorf("%q", got)
	}
	if got := wired(serveSite(t, dir, false), ""); !strings.HasPrefix(got, "0x.cgi\t") {
		t.Errorf("%q", got)
	}
	tree := fstest.MapFS{"x.cgi": {Data: []byte(says), Mode: 0o755}}
	if got := wired(files.Server(tree, files.CGI(runner(), "*.cgi")), "x.cgi"); got != internalError {
		t.Errorf("a program that is in no directory: %q", got)
	}
}

// TestMapPrograms: executable gophermaps run, and so do programs that maps include, if they match. What
// they print includes and runs nothing.
func TestMapPrograms(t *testing.T) {
	hello := "#!/bin/sh\n" + `printf '!%s\n0Read\tr.txt\n=cat /etc/hostname\n=../secret\n' "$SCRIPT_NAME${SEARCHREQUEST:+ $SEARCHREQUEST}"` + "\n"
	dir := programSite(t, map[string]string{"run/gophermap": hello, "no/other": hello, "prog": hello, "fails/gophermap": "#!/bin/sh\necho a; exit 1\n"},
		map[string]string{"inc/gophermap": "=../prog\n=../no/other\nend\n", "secret": "secret\n", "listed/gophermap": "# a map\n*\n"})
	h := serveSite(t, dir, false, files.CGI(runner(), "gophermap", "/prog"), files.MapCommands(runner()))
	const text = "0Read\t%s/r.txt\tlocalhost\t70\ni=cat /etc/hostname\t\terror.host\t0\ni=../secret\t\terror.host\t0\n"
	in := func(dir string) string { return strings.ReplaceAll(text, "%s", dir) }
	for selector, want := range map[string]string{
		"run":        "i/run\t\terror.host\t0\n" + in("run") + ".\n",
		"run\twords": "i/run words\t\terror.host\t0\n" + in("run") + ".\n",
		"inc":        "i/inc\t\terror.host\t0\n" + in("inc") + "iend\t\terror.host\t0\n.\n",
		"fails":      internalError,
		"listed":     ".\n",
	} {
		if diff := cmp.Diff(want, wired(h, selector)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", selector, diff)
		}
	}
}

// TestMapCommands: a command line runs in the directory of its map, for each client, and never with what a
// client sent in it.
func TestMapCommands(t *testing.T) {
	dir := programSite(t, nil, map[string]string{
		"d/gophermap": "=echo -n \"$SEARCHREQUEST in ${PWD##*/}\" | tr -d x\n=false --now\n==== ABOUT ====\n",
		"d/e.txt":     "",
	})
	h := serveSite(t, dir, false, files.MapCommands(runner()))
	for query, want := range map[string]string{
		"a":              "ia in d\t\terror.host\t0\n",
		"b":              "ib in d\t\terror.host\t0\n",
		"$(id) `id`; id": "i$(id) `id`; id in d\t\terror.host\t0\n",
		"1a\tb":          "i1a in d\t\terror.host\t0\n",
	} {
		if diff := cmp.Diff(want+"i==== ABOUT ====\t\terror.host\t0\n.\n", wired(h, "d\t"+query)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
	if got, want := wired(serveSite(t, dir, false), "d"), "i==== ABOUT ====\t\terror.host\t0\n.\n"; got != want {
		t.Errorf("without the option: %q, want %q", got, want)
	}
}

// TestBadGlob: a malformed glob is an error of the program.
func TestBadGlob(t *testing.T) {
	defer func() {
		if v := recover(); v == nil {
			t.Error("no panic")
		}
	}()
	files.CGI(runner(), "[")
}

// TestProgramsAreNotShown: a program that no selector leads to is not shown, and neither is one that a map
// includes and that may not be executed.
func TestProgramsAreNotShown(t *testing.T) {
	deep := strings.Repeat("d/", 64) + "x.cgi"
	dir := programSite(t, map[string]string{"cgi-bin/a?b": says, deep: says},
		map[string]string{"cgi-bin/plain": "secret\n", "inc/gophermap": "=../cgi-bin/plain\n=../map/gophermap\nend\n", "map/gophermap": "a map\n"})
	h := serveSite(t, dir, false, files.CGI(runner(), "cgi-bin/*", "*.cgi", "gophermap"))
	for selector, want := range map[string]string{
		"cgi-bin/a?b": internalError,
		deep:          internalError,
		"inc":         "ia map\t\terror.host\t0\niend\t\terror.host\t0\n.\n",
		"map":         "ia map\t\terror.host\t0\n.\n",
	} {
		if diff := cmp.Diff(want, wired(h, selector)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", selector, diff)
		}
	}
}
