package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// writeSite makes a directory of files.
func writeSite(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// checked runs check, and compares its output and its exit code.
func checked(t *testing.T, wantOut, wantErr string, wantCode int, args ...string) {
	t.Helper()
	out, errs, code := call(t, "", append([]string{"check"}, args...)...)
	if code != wantCode || errs != wantErr {
		t.Errorf("%q: exit %d, %q; want exit %d, %q", args, code, errs, wantCode, wantErr)
	}
	if out != wantOut {
		t.Errorf("%q says\n%s\nwant\n%s", args, out, wantOut)
	}
}

var brokenSite = map[string]string{
	"gophermap":       "Welcome\n0About\tabout.txt\n0Lost\tlost.txt\n1Docs\tdocs\n0Lost again\tlost.txt\n1At home\tdocs\tgopher.example\t7070\n1Far\tx\tfar.example\t70\n",
	"about.txt":       "About.\n",
	"docs/gophermap":  "0Lost\t/lost.txt\n0Odd port\tabout.txt\tgopher.example\tport\n" + strings.Repeat("x", 71) + "\n",
	"docs/unlinked":   "",
	"other/gophermap": "0Nobody asks for this\tnope\n",
}

func TestCheckDirectory(t *testing.T) {
	checked(t, "", "gopherframe: no problems on 10 pages; 1 link elsewhere not followed\n", 0, site)
	checked(t, "docs (linked from /): line 3: warning: some clients cannot ask for a selector that is not ASCII\n",
		"gopherframe: 1 problem on 10 pages; 1 link elsewhere not followed\n", 1, "--strict", site)

	dir := writeSite(t, brokenSite)
	problems := `gophermap: line 3: lost.txt: the answer is "Not found."
docs/gophermap: line 1: /lost.txt: the answer is "Not found."
docs/gophermap: line 2: bad line in a gophermap is shown as text; error: port "port": write a number from 1 to 65535
`
	checked(t, problems, "gopherframe: 3 problems on 5 pages; 2 links elsewhere not followed\n", 1, dir)
	checked(t, problems, "gopherframe: 3 problems on 5 pages; 1 link elsewhere not followed\n", 1, "--public", "gopher.example:7070", "--jobs", "1", dir)
}

// TestCheckIsLimited: pages that are not looked at are no success.
func TestCheckIsLimited(t *testing.T) {
	checked(t, "", "gopherframe: no problems on 2 pages; 1 link elsewhere not followed; there are more pages, which --max-pages 2 kept from being looked at\n", 1, "--max-pages", "2", site)
	checked(t, "", "gopherframe: no problems on 10 pages; 1 link elsewhere not followed\n", 0, "--max-pages", "10", site)
	const most = 200_000
	addr := answerOnce(t, strings.Repeat("1Far\tx\tfar.example\t70\r\n", most+1)+".\r\n")
	checked(t, "/: line 200001: a menu of more than 200000 items: the links from here on are not followed\n",
		"gopherframe: 1 problem on 1 page; 200000 links elsewhere not followed\n", 1, "gopher://"+addr)
}

// TestCheckGophermaps: a problem in a menu that is made from a gophermap is reported with
// the line of the file, once, however many selectors lead to the menu.
func TestCheckGophermaps(t *testing.T) {
	dir := writeSite(t, map[string]string{
		"gophermap":      "1Docs\tdocs\n1Docs\t/docs\n1Docs\tdocs/\n# comment\n0Bad\x07 name\tdocs/a.txt\n0Lost\tlost.txt\n",
		"docs/gophermap": "# comment\nHi\n# comment\r\n# comment\n0A\x07\ta.txt\n" + strings.Repeat("x", 71) + "\n",
		"docs/a.txt":     "a\n",
	})
	checked(t, `gophermap: line 5: there is a control character in the name: '\a'
gophermap: line 6: lost.txt: the answer is "Not found."
docs/gophermap: line 5: there is a control character in the name: '\a'
`, "gopherframe: 3 problems on 6 pages\n", 1, dir)
	checked(t, `gophermap: line 5: there is a control character in the name: '\a'
gophermap: line 6: lost.txt: the answer is "Not found."
docs/gophermap: line 5: there is a control character in the name: '\a'
docs/gophermap: line 6: warning: the name takes 71 columns, clients show about 70
`, "gopherframe: 4 problems on 6 pages\n", 1, "--strict", dir)

	// A listing of files is not made from a gophermap.
	dir = writeSite(t, map[string]string{"gophermap": "1List\tlist\n", "list/ü": "a\n"})
	checked(t, `list (linked from /): line 1: warning: some clients cannot ask for a selector that is not ASCII
`, "gopherframe: 1 problem on 3 pages\n", 1, "--strict", dir)
}

func TestCheckOverNetwork(t *testing.T) {
	r := start(t, "--log", "off", writeSite(t, brokenSite))
	url := "gopher://" + r.addr + "/"
	dead := `lost.txt (linked from /, line 3): the answer is "Not found."
/lost.txt (linked from docs, line 1): the answer is "Not found."
`
	checked(t, dead, "gopherframe: 2 problems on 5 pages; 2 links elsewhere not followed\n", 1, url)
	checked(t, "/lost.txt (linked from docs, line 1): the answer is \"Not found.\"\n", "gopherframe: 1 problem on 2 pages\n", 1, "--delay", "0s", url+"1docs")
	checked(t, "lost.txt: the answer is \"Not found.\"\n", "gopherframe: 1 problem on 1 page\n", 1, url+"0lost.txt")
	checked(t, "", "gopherframe: no problems on 1 page\n", 0, url+"0about.txt")

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	checked(t, "/: dial tcp "+ln.Addr().String()+": connect: connection refused\n", "gopherframe: 1 problem on 1 page\n", 1, "gopher://"+ln.Addr().String())
}

// TestCheckTransports: links to the site are followed over the transport of its URL.
func TestCheckTransports(t *testing.T) {
	r := startOn(t, []string{"tls://127.0.0.1:0", "quic://127.0.0.1:0"}, "--self-signed", "--log", "off", site)
	pins := filepath.Join(t.TempDir(), "pins")
	const clean = "gopherframe: no problems on 10 pages; 1 link elsewhere not followed\n"
	fingerprint := strings.Fields(r.said[0])[1]
	said := func(scheme string) string {
		return r.addrs[scheme] + ": remembered " + fingerprint + " in " + pins + "\n"
	}
	checked(t, "", said("tls")+clean, 0, "--delay", "0", "--pins", pins, "gophers://"+r.addrs["tls"])
	checked(t, "", said("quic")+clean, 0, "--delay", "0s", "--pins", pins, "gopher+quic://"+r.addrs["quic"])
	out, _, code := call(t, "", "check", "gophers://"+r.addrs["tls"])
	if code != 1 || !strings.Contains(out, "--pins FILE trusts it") {
		t.Errorf("without pins: exit %d, %q", code, out)
	}
}

// TestCheckAHostileServer: bytes of an answer neither steer the terminal nor forge a line
// of the report.
func TestCheckAHostileServer(t *testing.T) {
	addr := answerOnce(t, "0a\t\x1b[2Jx: fine\u202e\t127.0.0.1\t70\r\nbare \x1b]0;x\x07\r\n.\r\n")
	checked(t, `/: line 1: there is a control character in the selector: '\x1b'
/: line 2: the line has no TAB, so it is no item
`, "gopherframe: 2 problems on 1 page; 1 link elsewhere not followed\n", 1, "gopher://"+addr)
	addr = answerOnce(t, "3gone\x1b[31m\u202e\t\te\t0\r\n.\r\n")
	checked(t, `/: the answer is "gone\x1b[31m\u202e"`+"\n", "gopherframe: 1 problem on 1 page\n", 1, "gopher://"+addr)
	addr = answerOnce(t, "")
	checked(t, "/: nothing was sent\n", "gopherframe: 1 problem on 1 page\n", 1, "gopher://"+addr)
}

// burrow starts a server on which every menu leads to two more menus. It calls asked with
// the number of each request, from 1.
func burrow(t *testing.T, asked func(int32)) (url string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	var requests atomic.Int32
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			line, _ := bufio.NewReader(c).ReadString('\n')
			line = strings.TrimSpace(line)
			asked(requests.Add(1))
			fmt.Fprintf(c, "1a\t%sa\t127.0.0.1\t%s\r\n1b\t%sb\t127.0.0.1\t%s\r\nbad\r\n.\r\n", line, port, line, port)
			c.Close()
		}
	}()
	return "gopher://" + ln.Addr().String() + "/"
}

// TestCheckIsInterrupted: after SIGINT, the problems found so far are printed and counted.
func TestCheckIsInterrupted(t *testing.T) {
	enough := make(chan bool)
	cmd := program("check", "--delay", "1ms", burrow(t, func(n int32) {
		if n == 20 {
			close(enough)
		}
	}))
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-enough
	cmd.Process.Signal(syscall.SIGINT)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.HasPrefix(errs.String(), "gopherframe: interrupted: ") || strings.Count(errs.String(), "\n") != 1 {
		t.Errorf("exit %d, %q", code, errs.String())
	}
	found := strings.Count(out.String(), "\n")
	if !strings.HasPrefix(out.String(), "/: line 3: the line has no TAB") || found < 10 || !strings.Contains(errs.String(), fmt.Sprintf(": %d problems on %d pages", found, found)) {
		t.Errorf("%q, %q", out.String(), errs.String())
	}
}

// TestCheckOnATerminal: check shows its progress, and removes it before it prints a
// problem on the same terminal.
func TestCheckOnATerminal(t *testing.T) {
	url := burrow(t, func(int32) {})
	got := onTerminal(t, os.Args[0]+" check --delay 100ms --max-pages 20 "+url+"; true").end() // 1 for problems
	if !strings.Contains(got, " pages, ") || !strings.Contains(got, "\r\x1b[K/") && !strings.Contains(got, "\r\x1b[Ka") && !strings.Contains(got, "\r\x1b[Kb") {
		t.Errorf("%q", got)
	}
	if !strings.Contains(got, "20 problems on 20 pages") {
		t.Errorf("%q", got)
	}
}

// TestProgramHasNoTests: the program does not import package testing, although check
// shares packages with gophertest.
func TestProgramHasNoTests(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(strings.Fields(string(out)), "testing") {
		t.Error("the program imports testing")
	}
}
