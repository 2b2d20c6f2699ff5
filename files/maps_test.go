package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophermap"
)

// menuOf returns the items of a menu, a line each: the type and the name, and the selector behind
// a bar.
func menuOf(t *testing.T, h gopherframe.Handler, q *gopherframe.Request) string {
	t.Helper()
	resp := h(q)
	menu, ok := resp.(*gopherframe.Menu)
	if !ok {
		t.Errorf("%q is answered with %T, %v", q.Selector, resp, gopherframe.ErrorOf(resp))
		return ""
	}
	var b strings.Builder
	for _, it := range menu.Items {
		b.WriteString(it.Type.String() + it.Name)
		if it.Selector != "" {
			b.WriteString("|" + it.Selector)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestMapDirectives(t *testing.T) {
	dir := plant(t, map[string]string{
		"footer": "The end\n0Contact\tcontact.txt\n", "contact.txt": "", ".secret": "secret\n", "docs/.hidden": "hidden\n",
		"docs/a.txt": "", "docs/b.txt": "", "docs/old1.bak": "", "docs/old2.bak": "", "docs/pic.dat": "", "docs/index.gph": "x", "docs/more.gph": "", "docs/sub/x": "",
		"docs/gophermap": "", "prog.sh": "",
	})
	if err := os.Chmod(filepath.Join(dir, "prog.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"the listing", "Hello\n*\nnot shown\n", "iHello\n1sub|docs/sub\n0a.txt|docs/a.txt\n0b.txt|docs/b.txt\n1more.gph|docs/more.gph\n0old1.bak|docs/old1.bak\n0old2.bak|docs/old2.bak\n0pic.dat|docs/pic.dat\n"},
		{"what is named is not listed", "0A\ta.txt\n1S\t/docs/sub/\n1M\tmore.gph\n-*.bak\n-b.txt\n:dat=I\n*", "0A|docs/a.txt\n1S|/docs/sub/\n1M|docs/more.gph\nIpic.dat|docs/pic.dat\n"},
		{"types", "-sub\n-*.txt\n-*.bak\n:GPH=0\n*", "0more.gph|docs/more.gph\n0pic.dat|docs/pic.dat\n"},
		{"includes", "=../footer\n=/footer\n=a.txt\n", "iThe end\n0Contact|docs/contact.txt\niThe end\n0Contact|docs/contact.txt\n"},
		{"includes by the path of the system", "=" + filepath.ToSlash(dir) + "/footer\n", "iThe end\n0Contact|docs/contact.txt\n"},
		{"text", "==== ABOUT ====\n- a\n-c.txt\n=c.txt\n~\n%\n:)\n=../../footer\n=sub\n=/\n=.\n", "i==== ABOUT ====\ni- a\ni-c.txt\ni=c.txt\ni~\ni%\ni:)\ni=../../footer\ni=sub\ni=/\ni=.\n"},
		{"hidden files", "=.hidden\n=../.secret\n=/.secret\n-.hidden\n", "i=.hidden\ni=../.secret\ni=/.secret\n"},
		{"commands", "=echo \"your address: $REMOTE_ADDR\"\n=/usr/bin/uptime\n=nosuchprogram -f mono12 \"Thunix\"\n=nosuchprogram for you\n=/no/such/program\n=ls\tx\n=../prog.sh x\n=./a.txt x\n=ls=\n=Ls -l\n=$HOME -x\nend\n", "i=nosuchprogram for you\ni=/no/such/program\ni=./a.txt x\ni=ls=\ni=Ls -l\ni=$HOME -x\niend\n"},
		{"this server", "1Home\t\t+\t+\n0A\ta.txt\t+\t+\n*", "1Home\n0A|docs/a.txt\n1sub|docs/sub\n0b.txt|docs/b.txt\n1more.gph|docs/more.gph\n0old1.bak|docs/old1.bak\n0old2.bak|docs/old2.bak\n0pic.dat|docs/pic.dat\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && slices.Contains([]string{"commands", "includes by the path of the system"}, tt.name) {
				t.Skip("for a system with bits for execution, whose paths begin with a slash")
			}
			if err := os.WriteFile(filepath.Join(dir, "docs", "gophermap"), []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			q := (&gopherframe.Request{Selector: "docs"}).WithContext(context.Background())
			if diff := cmp.Diff(tt.want, menuOf(t, serveDir(t, dir), q)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if err := os.WriteFile(filepath.Join(dir, "docs", "gophermap"), []byte("=.hidden\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := menuOf(t, serveDir(t, dir, files.DotFiles), &gopherframe.Request{Selector: "docs"}); got != "ihidden\n" {
		t.Errorf("with DotFiles the menu is %q", got)
	}
}

// TestIncludesStayInTheTree: by no path and no link.
func TestIncludesStayInTheTree(t *testing.T) {
	dir := plant(t, map[string]string{"site/d/gophermap": "=leak\n=../../secret\n=/../secret\n=/secret\n=linked/secret\n-leak\n=inner\n", "site/d/x": "inner\n", "secret": "secret\n"})
	for link, target := range map[string]string{"leak": "../../secret", "linked": "../..", "inner": "x"} {
		if err := os.Symlink(target, filepath.Join(dir, "site/d", link)); err != nil {
			t.Skip(err)
		}
	}
	got := menuOf(t, serveDir(t, filepath.Join(dir, "site")), &gopherframe.Request{Selector: "d"})
	if want := "i=leak\ni=../../secret\ni=/../secret\ni=/secret\ni=linked/secret\niinner\n"; got != want {
		t.Errorf("the menu is %q, want %q", got, want)
	}
}

// TestMapsBelowAPrefix: selectors begin with what a Mount removed.
func TestMapsBelowAPrefix(t *testing.T) {
	dir := plant(t, map[string]string{"d/gophermap": "0A\ta.txt\n0B\t/files/d/b.txt\n1Up\t..\n*", "d/a.txt": "", "d/b.txt": "", "d/c.txt": "", "d/m.gph": "[0|A|a.txt|server|port]\n"})
	r := gopherframe.NewRouter()
	r.Mount("files/", serveDir(t, dir))
	if got, want := menuOf(t, r.Respond, &gopherframe.Request{Selector: "files/d"}), "0A|files/d/a.txt\n0B|/files/d/b.txt\n1Up|files/\n0c.txt|files/d/c.txt\n1m.gph|files/d/m.gph\n"; got != want {
		t.Errorf("the menu is\n%s, want\n%s", got, want)
	}
	if got, want := menuOf(t, r.Respond, &gopherframe.Request{Selector: "files/d/m.gph"}), "0A|files/d/a.txt\n"; got != want {
		t.Errorf("the menu is\n%s, want\n%s", got, want)
	}
}

// TestMapsAreLogged: a problem once until its file changes, with that file.
func TestMapsAreLogged(t *testing.T) {
	dir := plant(t, map[string]string{
		"gophermap": "=part\n=part\n0A\tx\th\tp\n=ls -l\n=prog\n=locked\n", "other/gophermap": "=../part\n", "part": "fine\n0B\tx\th\tp\n=part\n", "prog": "#!/bin/sh\necho hi\n", "locked": "",
	})
	if err := errors.Join(os.Chmod(filepath.Join(dir, "prog"), 0o755), os.Chmod(filepath.Join(dir, "locked"), 0)); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	h := serveDir(t, dir)
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	logged := func(selector string) (lines []string) {
		log.Reset()
		exchange(t, h, selector+"\n", info)
		for line := range strings.Lines(log.String()) {
			_, line, _ = strings.Cut(line, "gopherframe: ")
			if line = strings.TrimSpace(line); !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
		return lines
	}
	want := []string{
		`bad line in a gophermap is shown as text" file=part line=2 error="port \"p\": write a number from 1 to 65535"`,
		`a line of a gophermap is left out" file=part line=3 error="part is included while it is being read: take this line out"`,
		`bad line in a gophermap is shown as text" file=gophermap line=3 error="port \"p\": write a number from 1 to 65535"`,
		`a line of a gophermap is left out" file=gophermap line=4 error="programs in maps are not run here"`,
		`a line of a gophermap is left out" file=gophermap line=5 error="programs in maps are not run here"`,
		`a line of a gophermap is left out" file=gophermap line=6 error="locked cannot be read: permission denied"`,
	}
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		want = want[:len(want)-1] // every file can be read
	}
	if diff := cmp.Diff(want, logged("")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := logged(""); got != nil {
		t.Errorf("logged again: %q", got)
	}
	if got := logged("other"); got != nil {
		t.Errorf("logged for another map: %q", got)
	}
	age(t, filepath.Join(dir, "part"))
	if got := logged("other"); len(got) != 1 {
		t.Errorf("after a change: %q", got)
	}
}

// TestMapsThatAreProgramsAndDoNotRun: visitors do not read what they are made of.
func TestMapsThatAreProgramsAndDoNotRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("for a system with bits for execution")
	}
	dir := plant(t, map[string]string{"gophermap": "#!/bin/sh\necho secret\n", "about.txt": ""})
	if err := os.Chmod(filepath.Join(dir, "gophermap"), 0o755); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	info := info
	info.Log = slog.New(slog.NewTextHandler(&log, nil))
	h := serveDir(t, dir)
	for range 2 {
		if got, want := exchange(t, h, "\n", info), "0about.txt\tabout.txt\tgopher.example\t7070\r\n.\r\n"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if n := strings.Count(log.String(), "a gophermap is a program"); n != 1 {
		t.Errorf("logged %d times: %s", n, &log)
	}
}

// A gateFS opens the file called gate only when somebody receives from the channel.
type gateFS struct {
	fstest.MapFS
	mu     sync.Mutex
	gate   chan struct{}
	opened int
}

func (g *gateFS) Open(name string) (fs.File, error) {
	if name == "gate" {
		g.gate <- struct{}{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if name == "part" {
		g.opened++
	}
	return g.MapFS.Open(name)
}

func (g *gateFS) Stat(name string) (fs.FileInfo, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fs.Stat(g.MapFS, name)
}

// TestOlderMapsAreNotShared: who asks after an included file has changed gets what is in it
// now, although others who asked before still wait for a menu in which it is as it was. Those
// who ask then share one menu.
func TestOlderMapsAreNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := time.Now().Add(-time.Hour)
		fsys := &gateFS{gate: make(chan struct{}), MapFS: fstest.MapFS{
			"gophermap": {Data: []byte("=part\n=gate\n"), ModTime: old}, "part": {Data: []byte("old\n"), ModTime: old}, "gate": {ModTime: old},
		}}
		h := files.Server(fsys)
		var wg sync.WaitGroup
		ask := func(want string) {
			wg.Go(func() {
				if got := menuOf(t, h, &gopherframe.Request{}); got != want {
					t.Errorf("the menu is %q, want %q", got, want)
				}
			})
			synctest.Wait()
		}
		ask("iold\n")
		fsys.mu.Lock()
		fsys.MapFS["part"] = &fstest.MapFile{Data: []byte("new\n"), ModTime: old}
		fsys.mu.Unlock()
		for range 5 {
			ask("inew\n")
		}
		<-fsys.gate
		synctest.Wait()
		<-fsys.gate
		wg.Wait()
		if fsys.opened != 2 {
			t.Errorf("the file was read %d times", fsys.opened)
		}
		go func() { <-fsys.gate }()
		fsys.MapFS["part"] = &fstest.MapFile{Data: []byte("newest\n"), ModTime: old}
		ask("inewest\n") // it is not kept
		wg.Wait()
	})
}

// TestMapsRunNothingInCommon: what programs print is for one client.
func TestMapsRunNothingInCommon(t *testing.T) {
	dir := plant(t, map[string]string{"d/gophermap": "=ls -l\n=prog\n=/d/prog\n=gone\n", "d/prog": "#!/bin/sh\n"})
	if err := os.Chmod(filepath.Join(dir, "d/prog"), 0o755); err != nil {
		t.Fatal(err)
	}
	h, kept := files.NewKept(must(files.Dir(dir)))
	kept.RunWith(
		func(q *gopherframe.Request, dir, line string) (string, error) {
			return fmt.Sprintf("%s in %s for %s\n0A\ta.txt\n=prog\n", line, dir, q.Query), nil
		},
		func(q *gopherframe.Request, dir, program string) (string, error) {
			return "", fmt.Errorf("%s fails", program)
		})
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			got := menuOf(t, h, &gopherframe.Request{Selector: "d", Query: fmt.Sprint(i)})
			if want := fmt.Sprintf("ils -l in d for %d\n0A|d/a.txt\ni=prog\ni=gone\n", i); got != want {
				t.Errorf("the menu is %q, want %q", got, want)
			}
		})
	}
	wg.Wait()
}

// TestLongIncludes: the bounds hold for a map and all that it includes, and the menu says so.
func TestLongIncludes(t *testing.T) {
	part := strings.Repeat("0123456789abcdef\n", gophermap.MaxBytes/17/2)
	h := files.Server(fstest.MapFS{"gophermap": {Data: []byte("=part\n=part\n=part\n")}, "part": {Data: []byte(part)}})
	menu := h(&gopherframe.Request{}).(*gopherframe.Menu)
	last := menu.Items[len(menu.Items)-1]
	if len(menu.Items) > gophermap.MaxBytes/17+1 || !strings.Contains(last.Name, "too long") {
		t.Errorf("%d items, the last is %v", len(menu.Items), last)
	}
}

// TestFilesAreReadOnce: however often a map includes them, since reading costs more than a line.
func TestFilesAreReadOnce(t *testing.T) {
	fsys := mapsFS{read: map[string]int{}, MapFS: fstest.MapFS{
		"gophermap": {Data: []byte(strings.Repeat("=part\n=gophermap\n", 100))}, "part": {Data: []byte("=part\n")},
	}}
	files.Server(fsys)((&gopherframe.Request{}).WithContext(t.Context()))
	if fsys.read["gophermap"] != 1 || fsys.read["part"] != 1 {
		t.Errorf("the files were read %v times", fsys.read)
	}
}

func ExampleMaps() {
	site := fstest.MapFS{"gophermap": {Data: []byte("!Welcome\n=footer\n- a list\n")}, "footer": {Data: []byte("The end\n")}}
	h := files.Server(site, files.Maps(func(page string, m *gophermap.Map) {
		for _, taken := range m.Taken {
			fmt.Printf("%s:%d: %s: %s\n", taken.File, taken.Line, taken.As, taken.Text)
		}
	}))
	h(&gopherframe.Request{})
	// Output:
	// gophermap:1: title: !Welcome
	// gophermap:2: include: =footer
	// footer:1: text: The end
	// gophermap:3: text, not a name to hide: - a list
}

// TestGphWithAType: where .gph files are something else, one called index.gph is no map either.
func TestGphWithAType(t *testing.T) {
	dir := plant(t, map[string]string{"index.gph": "[0|A|a.txt|server|port]\n-a.txt\n", "a.txt": ""})
	for _, tt := range []struct {
		options []files.Option
		want    string
	}{
		{nil, "0A|a.txt\ni-a.txt\n"},
		{[]files.Option{files.Type("gph", '0')}, "0a.txt|a.txt\n0index.gph|index.gph\n"},
	} {
		if got := menuOf(t, serveDir(t, dir, tt.options...), &gopherframe.Request{}); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
