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
	if code != 1 || !strings.Contains(out, "gone.txt (linked from /") {
		t.Errorf("exit %d, %q", code, out)
	}
}
