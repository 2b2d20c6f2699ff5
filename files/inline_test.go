package files_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/gophermap"
)

// TestInline: maps in the place of their entries, and what they do to the others.
func TestInline(t *testing.T) {
	dir := plant(t, map[string]string{
		"part": "A part\n0Of it\tof.txt\n", "d/a.txt": "", "d/m.gophermap": "!Title\n0Item\tx.txt\n1Up\t..\n=../part\n=a.txt\n", "d/x.txt": "",
		"stars/m.gophermap": "one\n*\nnot shown\n", "stars/z.txt": "", "hides/ m.gophermap": "-*.bak\n-n.gophermap\n:dat=I\n", "hides/=m.gophermap": "shown\n", "hides/n.gophermap": "not shown\n", "hides/o.bak": "", "hides/p.dat": "",
		"names/gophermap": "-b.gophermap\n:dat=g\n*\n", "names/a.gophermap": "In a map\n=gophermap\n=a.gophermap\n", "names/b.gophermap": "hidden\n", "names/c.dat": "", "names/d.gophermap/x": "",
		"names/E.GOPHERMAP": "", "names/gophermap.txt": "", "x.gph/m.gophermap": "of a directory called as a menu\n0A\ta\n", "sorted/a": "", "sorted/b.gophermap": "\n", "sorted/c/x": "",
	})
	r := gopherframe.NewRouter()
	r.Mount("files/", serveDir(t, dir, files.Tags))
	r.Mount("", serveDir(t, dir, files.Tags, files.Sort(files.ByName), files.Hide("hidden*")))
	for selector, want := range map[string]string{
		"d":       "0a.txt|d/a.txt\niTitle|TITLE\n0Item|d/x.txt\n1Up\niA part\n0Of it|d/of.txt\n0x.txt|d/x.txt\n",
		"files/d": "0a.txt|files/d/a.txt\niTitle|TITLE\n0Item|files/d/x.txt\n1Up|files/\niA part\n0Of it|files/d/of.txt\n0x.txt|files/d/x.txt\n",
		"stars":   "ione\n0z.txt|stars/z.txt\n",
		"hides":   "ishown\nIp.dat|hides/p.dat\n",
		"names":   "0E.GOPHERMAP|names/E.GOPHERMAP\niIn a map\ngc.dat|names/c.dat\n1d.gophermap|names/d.gophermap\n0gophermap.txt|names/gophermap.txt\n",
		"x.gph":   "iof a directory called as a menu\n0A|x.gph/a\n",
		"sorted":  "0a|sorted/a\ni\n1c|sorted/c\n",
	} {
		got := menuOf(t, r.Respond, (&gopherframe.Request{Selector: selector}).WithContext(context.Background()))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", selector, diff)
		}
	}
	if got, want := menuOf(t, serveDir(t, dir), &gopherframe.Request{Selector: "stars"}), "0m.gophermap|stars/m.gophermap\n0z.txt|stars/z.txt\n"; got != want {
		t.Errorf("without Tags the menu is %q, want %q", got, want)
	}
	if got := exchange(t, r.Respond, "stars/m.gophermap\n", info); got != "one\r\n*\r\nnot shown\r\n.\r\n" {
		t.Errorf("the file is answered with %q", got)
	}
}

// TestInlineAlone: a listing of nothing but maps, with the context of a client, and one that has gone.
func TestInlineAlone(t *testing.T) {
	h := files.Server(fstest.MapFS{"a.gophermap": {Data: []byte("# nothing\n")}, "b.gophermap": {}}, files.Tags)
	if got := menuOf(t, h, &gopherframe.Request{}); got != "" {
		t.Errorf("the menu is %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gopherframe.ErrorOf(h((&gopherframe.Request{}).WithContext(ctx))); err == nil {
		t.Error("a client that has gone is answered")
	}
}

// TestInlineMapsAreLogged: as other maps are, once until their files change.
func TestInlineMapsAreLogged(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("for a system with bits for execution")
	}
	dir := plant(t, map[string]string{"d/a.gophermap": "fine\n0B\tx\th\tp\n=part\n", "d/b.gophermap": "#!/bin/sh\n", "d/c.gophermap": "locked\n", "d/part": "0C\tx\th\tp\n"})
	if err := os.Chmod(filepath.Join(dir, "d/b.gophermap"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "d/c.gophermap"), 0); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`bad line in a gophermap is shown as text" file=d/a.gophermap line=2 error="port \"p\": write a number from 1 to 65535"`,
		`bad line in a gophermap is shown as text" file=d/part line=1 error="port \"p\": write a number from 1 to 65535"`,
		`a line of a gophermap is left out" file=d/b.gophermap line=1 error="programs in maps are not run here"`,
		`a line of a gophermap is left out" file=d/c.gophermap line=1 error="d/c.gophermap cannot be read: permission denied"`,
	}
	menu := "ifine\ni0B\tx\th\tp\ni0C\tx\th\tp\n0part|d/part\n"
	if os.Getuid() == 0 { // every file can be read
		want, menu = want[:3], strings.Replace(menu, "0part", "ilocked\n0part", 1)
	}
	h := serveDir(t, dir, files.Tags)
	for range 2 {
		var log bytes.Buffer
		info := info
		info.Log = slog.New(slog.NewTextHandler(&log, nil))
		exchange(t, h, "d\n", info)
		var got []string
		for line := range strings.Lines(log.String()) {
			_, line, _ = strings.Cut(line, "gopherframe: ")
			got = append(got, strings.TrimSpace(line))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		want = nil
	}
	if got := menuOf(t, h, &gopherframe.Request{Selector: "d"}); got != menu {
		t.Errorf("the menu is %q, want %q", got, menu)
	}
}

// TestInlineBounds: those of one map are for all inline maps of a directory, and what is not shown as a map is a file.
func TestInlineBounds(t *testing.T) {
	many := fstest.MapFS{}
	for i := range gophermap.MaxLookups + 2 {
		many[fmt.Sprintf("%04d.gophermap", i)] = &fstest.MapFile{Data: []byte("x\n")}
	}
	eager := fstest.MapFS{"a.gophermap": {Data: []byte(strings.Repeat("=b\n", gophermap.MaxLookups-2))}, "b": {Data: []byte("y\n")}, "c.gophermap": {Data: []byte("c\n")}, "d.gophermap": {Data: []byte("d\n")}}
	long := fstest.MapFS{"z.txt": {}}
	for _, name := range []string{"a", "b", "c", "d"} {
		long[name+".gophermap"] = &fstest.MapFile{Data: []byte(strings.Repeat("0123456789abcdef\n", gophermap.MaxBytes/17/2))}
	}
	lines := fstest.MapFS{"a.gophermap": {Data: []byte(strings.Repeat("\n", gophermap.MaxItems-1))}, "b.gophermap": {Data: []byte("1\n2\n")}, "c.txt": {}}
	const notWhole = "iThis menu is too long to be shown whole.\n"
	for name, tt := range map[string]struct {
		site fstest.MapFS
		most int    // items
		end  string // of the menu
		log  string
	}{
		"many maps":  {many, gophermap.MaxLookups + 2, "ix\n01000.gophermap|1000.gophermap\n01001.gophermap|1001.gophermap\n", ""},
		"many files": {eager, gophermap.MaxLookups + 1, "iy\n0b|b\nic\n0d.gophermap|d.gophermap\n", "d.gophermap line=1 error=\"at most 1000 lines"},
		"many bytes": {long, gophermap.MaxBytes/17 + 4, "0d.gophermap|d.gophermap\n0z.txt|z.txt\n" + notWhole, "too long together"},
		"many lines": {lines, gophermap.MaxItems + 3, "0b.gophermap|b.gophermap\n0c.txt|c.txt\n" + notWhole, "too long together"},
	} {
		got := menuOf(t, files.Server(tt.site, files.Tags), &gopherframe.Request{})
		if n := strings.Count(got, "\n"); n > tt.most || !strings.HasSuffix(got, tt.end) {
			t.Errorf("%s: %d items, at the end %q", name, n, got[max(0, len(got)-len(tt.end)-20):])
		}
		var log bytes.Buffer
		info := info
		info.Log = slog.New(slog.NewTextHandler(&log, nil))
		exchange(t, files.Server(tt.site, files.Tags), "\n", info)
		if got := log.String(); (got == "") != (tt.log == "") || strings.Count(got, "\n") > 1 || !strings.Contains(got, tt.log) {
			t.Errorf("%s: the log is %q", name, got)
		}
	}
}

// TestInlineProgramsAreForOneClient: what they print, in their place.
func TestInlineProgramsAreForOneClient(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("for a system with bits for execution")
	}
	dir := plant(t, map[string]string{"d/a.gophermap": "before\n", "d/b.gophermap": "#!/bin/sh\n", "d/c.gophermap": "after\n"})
	if err := os.Chmod(filepath.Join(dir, "d/b.gophermap"), 0o755); err != nil {
		t.Fatal(err)
	}
	h, kept := files.NewKept(must(files.Dir(dir)), files.Tags)
	var other sync.WaitGroup
	defer other.Wait()
	ask := func(client string) {
		got := menuOf(t, h, &gopherframe.Request{Selector: "d", Query: client})
		if want := fmt.Sprintf("ibefore\nid/b.gophermap in d for %s\ni*\niafter\n", client); got != want {
			t.Errorf("the menu is %q, want %q", got, want)
		}
	}
	begun := make(chan bool)
	kept.RunWith(nil, func(q *gopherframe.Request, dir, program string) (string, error) {
		if q.Query == "second" {
			close(begun)
			return program + " in " + dir + " for second\n*\n", nil
		}
		other.Go(func() { ask("second") })
		select {
		case <-begun: // while the menu of the first is being made
		case <-time.After(time.Minute):
			t.Error("the second client has no menu of its own")
		}
		return program + " in " + dir + " for first\n*\n", nil
	})
	ask("first")
}

// TestInlineMapsAreExplained: to whoever asks with Maps, each as a map of its own.
func TestInlineMapsAreExplained(t *testing.T) {
	site := fstest.MapFS{"d/a.gophermap": {Data: []byte("!A\n=part\n")}, "d/b.gophermap": {Data: []byte("# b\n*\n")}, "d/part": {Data: []byte("0X\tx\n")}}
	var got []string
	h := files.Server(site, files.Tags, files.Maps(func(page string, m *gophermap.Map) {
		for _, taken := range m.Taken {
			got = append(got, fmt.Sprintf("%s: %s:%d: %s", page, taken.File, taken.Line, taken.As))
		}
		for i := range m.Items {
			got = append(got, fmt.Sprintf("%s: %s:%d is %s", page, m.Files[i], m.Lines[i], m.Items[i].Name))
		}
	}))
	h(&gopherframe.Request{Selector: "d"})
	slices.Sort(got)
	want := []string{
		"d/a.gophermap: d/a.gophermap:1 is A", "d/a.gophermap: d/a.gophermap:1: title", "d/a.gophermap: d/a.gophermap:2: include", "d/a.gophermap: d/part:1 is X", "d/a.gophermap: d/part:1: item",
		"d/b.gophermap: d/b.gophermap:1: comment", "d/b.gophermap: d/b.gophermap:2: stop, for only the map itself ends with a listing",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
