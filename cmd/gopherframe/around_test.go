package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestCaps: caps.txt says what the flags say, and any of them is enough.
func TestCaps(t *testing.T) {
	r := start(t, "--log", "off", "--caps", "--charset", "latin1", site)
	has(t, r.ask(t, "caps.txt\r\n"), "CAPS\r\n\r\nCapsVersion=1\r\n", "PathDelimeter=/\r\n", "ServerSoftware=gopherframe\r\n",
		"ServerSoftwareVersion=", "DefaultEncoding=ISO-8859-1\r\n")
	r = start(t, "--log", "off", "--caps-admin", "gopher@example.org", "--caps-description", "A burrow", "--caps-location", "Delft, NL", site)
	has(t, r.ask(t, "/caps.txt\r\n"), "ServerDescription=A burrow\r\n",
		"ServerGeolocationString=Delft, NL\r\n", "ServerAdmin=gopher@example.org\r\n", "DefaultEncoding=utf-8\r\n")
	r = start(t, "--log", "off", site)
	has(t, r.ask(t, "caps.txt\r\n"), "3Not found.")
}

// TestRobots: the file is what crawlers read, as it was when the server started, whatever
// the directory has.
func TestRobots(t *testing.T) {
	file := filepath.Join(t.TempDir(), "robots")
	if err := os.WriteFile(file, []byte("User-agent: *\nDisallow: /private\nAllow: private/not\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := start(t, "--log", "off", "--robots", file, writeSite(t, map[string]string{"robots.txt": "mine"}))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for _, selector := range []string{"robots.txt", "/robots.txt"} {
		if got := r.ask(t, selector+"\r\n"); got != "User-agent: *\r\nDisallow: /private\r\nAllow: private/not\r\n.\r\n" {
			t.Errorf("%s: %q", selector, got)
		}
	}
}

// TestRate: a client who asks too often is refused, once in the log, and before the site is asked.
func TestRate(t *testing.T) {
	r := start(t, "--rate", "3/h", site)
	for i := range 5 {
		// A selector that Unescape asks for twice counts once.
		want := "3Not found."
		if i >= 3 {
			want = "3Server busy."
		}
		if got := r.ask(t, "a%20b\r\n"); !strings.HasPrefix(got, want) {
			t.Errorf("request %d: %q, want %q", i, got, want)
		}
	}
	rest, _ := r.stop(t, syscall.SIGTERM)
	if strings.Count(rest, "msg=request") != 5 || strings.Count(rest, "outcome=busy") != 2 {
		t.Errorf("%s", rest)
	}
}

// TestMaxConns: at each listener a second connection takes the place of one that waits.
func TestMaxConns(t *testing.T) {
	urls := []string{"tcp://127.0.0.1:0", "unix://" + filepath.Join(t.TempDir(), "socket")}
	r := startOn(t, urls, "--max-conns", "1", "--log", "off", site)
	for _, scheme := range []string{"tcp", "unix"} {
		waits, err := r.connect(scheme)
		if err != nil {
			t.Fatal(err)
		}
		defer waits.Close()
		r.checkAbout(t, scheme)
		if got, err := io.ReadAll(waits); len(got) > 0 || err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %q, %v", scheme, got, err)
		}
	}
}

// TestCharset: menus and small texts are converted, texts in other charsets are not.
func TestCharset(t *testing.T) {
	dir := writeSite(t, map[string]string{"utf8.txt": "naïve “x”\n", "latin1.txt": "na\xEFve\n", "ïo.txt": ""})
	for name, want := range map[string][2]string{
		"iso-8859-1": {"na\xEFve \"x\"\r\n.\r\n", "0\xEFo.txt\t"},
		"us-ascii":   {"naive \"x\"\r\n.\r\n", "0io.txt\t"},
		"cp437":      {"na\x8Bve \"x\"\r\n.\r\n", "0\x8Bo.txt\t"},
		"utf-8":      {"naïve “x”\r\n.\r\n", "0ïo.txt\t"},
	} {
		r := start(t, "--log", "off", "--charset", name, dir)
		if got := r.ask(t, "utf8.txt\r\n"); got != want[0] {
			t.Errorf("%s: %q, want %q", name, got, want[0])
		}
		if got := r.ask(t, "latin1.txt\r\n"); got != "na\xEFve\r\n.\r\n" {
			t.Errorf("%s: %q", name, got)
		}
		has(t, r.ask(t, "\r\n"), want[1]+"ïo.txt\t") // the selector stays
	}
}

// TestCharsetInBrowsers: pages are UTF-8, whatever the charset.
func TestCharsetInBrowsers(t *testing.T) {
	dir := writeSite(t, map[string]string{"ïo “x”.txt": "naïve “x”\n"})
	r := startOn(t, []string{"http://127.0.0.1:0"}, "--log", "off", "--charset", "cp437", dir)
	has(t, r.ask(t, "GET / HTTP/1.0\r\n\r\n"), "ïo “x”.txt")
	has(t, r.ask(t, "GET /0/%C3%AFo%20%E2%80%9Cx%E2%80%9D.txt HTTP/1.0\r\n\r\n"), "naïve “x”")
}

// TestAllAround: with all of it at once, a page is a page.
func TestAllAround(t *testing.T) {
	config := writeConfig(t, "caps = true\nrate = '1000/s'\nmax-conns = 100\ncharset = 'koi8-r'\nlog = 'combined'\nmetrics = '127.0.0.1:0'\nredact-ip = true\ncache = 0\n")
	log := filepath.Join(t.TempDir(), "log")
	cmd := program("serve", "--config", config, "--log-file", log, "--listen", "tcp://127.0.0.1:0", site)
	r := startCommand(t, cmd, 2)
	r.addr = r.addrs["tcp"]
	if _, _, err := net.SplitHostPort(r.addrs["metrics"]); err != nil {
		t.Error(err)
	}
	r.checkAbout(t, "tcp")
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
	if got, err := os.ReadFile(log); !combinedLine.MatchString(strings.TrimSuffix(string(got), "\n")) || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
