package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// badMap returns a gophermap with a line that makes no sense.
func badMap(t *testing.T) string {
	return filepath.Join(writeSite(t, map[string]string{"map": "Hello\n0A\ta\th\tx\n"}), "map")
}

// TestListingFlags: each flag of serve shows in a directory.
func TestListingFlags(t *testing.T) {
	dir := writeSite(t, map[string]string{
		"site/docs/post10.gmi": ".new\n", "site/docs/post9.gmi": "older\n", "site/docs/old.bak": "old\n", "site/docs/tmp_x": "x",
		"header.map": "Welcome!\n0About\tdocs/post9.gmi\n", "footer.map": "# a comment\nBye.\n",
	})
	for name, days := range map[string]int{"post10.gmi": 1, "post9.gmi": 2} {
		date := time.Date(2026, 1, days, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(filepath.Join(dir, "site/docs", name), date, date); err != nil {
			t.Fatal(err)
		}
	}
	hide := []string{"--hide", "*.bak", "--hide", "tmp_?"}
	for _, tt := range []struct {
		args []string
		want []string // "@" is where an item leads
	}{
		{nil, []string{"0old.bak\tdocs/old.bak\t@", "0post10.gmi\tdocs/post10.gmi\t@", "0post9.gmi\tdocs/post9.gmi\t@", "0tmp_x\tdocs/tmp_x\t@"}},
		{append(hide, "--title", "My site", "--up", "--sort", "natural"),
			[]string{"idocs - My site\t\terror.host\t0", "i\t\terror.host\t0", "1..\t\t@", "0post9.gmi\tdocs/post9.gmi\t@", "0post10.gmi\tdocs/post10.gmi\t@"}},
		{append(hide, "--long", "--sort", "dirs,newest", "--type", "gmi=9"),
			[]string{"9post9.gmi" + strings.Repeat(" ", 43) + "6 B  2026-01-02\tdocs/post9.gmi\t@", "9post10.gmi" + strings.Repeat(" ", 42) + "5 B  2026-01-01\tdocs/post10.gmi\t@"}},
		{append(hide, "--header", dir+"/header.map", "--footer", dir+"/footer.map", "--hide", "*9*"),
			[]string{"iWelcome!\t\terror.host\t0", "0About\tdocs/post9.gmi\t@", "0post10.gmi\tdocs/post10.gmi\t@", "iBye.\t\terror.host\t0"}},
	} {
		r := start(t, append(tt.args, "--public", "localhost:70", dir+"/site")...)
		want := strings.ReplaceAll(strings.Join(append(tt.want, ".", ""), "\r\n"), "@", "localhost\t70")
		if got := r.ask(t, "docs\r\n"); got != want {
			t.Errorf("%q: %q, want %q", tt.args, got, want)
		}
		wantText := ".."
		if strings.Contains(strings.Join(tt.args, " "), "gmi=9") {
			wantText = ".new\n"
		}
		if got := r.ask(t, "docs/post10.gmi\r\n"); !strings.HasPrefix(got, wantText) {
			t.Errorf("%q: %q", tt.args, got)
		}
		if got := r.ask(t, "docs/old.bak\r\n"); got != "old\r\n.\r\n" {
			t.Errorf("%q: what is hidden is answered with %q", tt.args, got)
		}
	}
}

// TestCheckListings: check looks at the menus that serve would make.
func TestCheckListings(t *testing.T) {
	dir := writeSite(t, map[string]string{"site/a.txt": "a", "site/bad/gophermap": "0Lost\tlost.txt\n", "footer.map": "0Gone\tgone.txt\n"})
	site := filepath.Join(dir, "site")
	out, _, code := call(t, "", "check", site)
	if code != 1 || !strings.Contains(out, "lost.txt") {
		t.Errorf("exit %d, %q", code, out)
	}
	out, errs, code := call(t, "", "check", "--hide", "bad", site)
	if code != 0 || out != "" || !strings.Contains(errs, "no problems on 2 pages") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	out, _, code = call(t, "", "check", "--hide", "bad", "--footer", filepath.Join(dir, "footer.map"), site)
	if code != 1 || !strings.Contains(out, "gone.txt (linked from /, line ") {
		t.Errorf("exit %d, %q", code, out)
	}
}

// TestGophertagsFlag: serve and check have it, and only that.
func TestGophertagsFlag(t *testing.T) {
	dir := writeSite(t, map[string]string{"gophertag": "Tagged\n", "m.gophermap": "Inline\n0Lost\tlost.txt\n0Bad\tx\th\tport\n", "sub/gophertag": "Below\n"})
	r := start(t, "--public", "localhost:70", "--gophertags", dir)
	want := "iTagged\t\terror.host\t0\r\ni\t\terror.host\t0\r\n1Below\tsub\tlocalhost\t70\r\niInline\t\terror.host\t0\r\n0Lost\tlost.txt\tlocalhost\t70\r\ni0Bad x h port\t\terror.host\t0\r\n.\r\n"
	if got := r.ask(t, "\r\n"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	checked(t, "", "gopherframe: no problems on 5 pages\n", 0, dir)
	checked(t, `m.gophermap:1: text: Inline
m.gophermap:2: item: 0Lost	lost.txt
m.gophermap:3: text that makes no sense otherwise: 0Bad	x	h	port
lost.txt (linked from /, line 5): the answer is "Not found."
m.gophermap: line 3: bad line in a gophermap is shown as text; error: port "port": write a number from 1 to 65535
`, "gopherframe: 2 problems on 3 pages\n", 1, "--explain", "--gophertags", dir)
	checked(t, "", "gopherframe: --title, --up, --long, --sort, --hide, --type, --header, --footer and --gophertags are for a directory: a server makes its menus itself\n", 2, "--gophertags", "gopher://localhost/")
}
