package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// needsProgram skips the test if the program is not installed, and fails it under CI,
// which installs all of them.
func needsProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed, but CI installs it", name)
	}
	t.Skipf("%s is not installed: apt-get install %s", name, name)
}

// browse runs a real client and returns what it prints.
func browse(t *testing.T, stdin, name string, args ...string) string {
	t.Helper()
	needsProgram(t, name)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "TERM=dumb", "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q: %v\n%s%s", name, args, err, out.String(), errs.String())
	}
	return out.String()
}

// has fails the test unless all of want are in got, in that order.
func has(t *testing.T, got string, want ...string) {
	t.Helper()
	rest := got
	for _, w := range want {
		i := strings.Index(rest, w)
		if i < 0 {
			t.Fatalf("no %q (in this order) in\n%s", w, got)
		}
		rest = rest[i+len(w):]
	}
}

func TestCurl(t *testing.T) {
	r := start(t, "--log", "off", site)
	url := "gopher://" + r.addr
	has(t, browse(t, "", "curl", "-sS", url+"/"), "iWelcome to a small site.\t\terror.host\t0\r\n", "0About this site\tabout.txt\t127.0.0.1\t", "\r\n.\r\n")
	has(t, browse(t, "", "curl", "-sS", url+"/1/docs/"), "1notes\tdocs/notes\t")
	has(t, browse(t, "", "curl", "-sS", url+"/0/docs/name%20with%20space.txt"), "Spaces in a name are no trouble.\r\n.\r\n")
	has(t, browse(t, "", "curl", "-sS", url+"/0docs/gr%C3%BC%C3%9Fe.txt"), "grüße, 你好.\r\n")
	has(t, browse(t, "", "curl", "-sS", url+"/0../main.go"), "3Bad selector.\t\terror.host\t0\r\n.\r\n")
	has(t, browse(t, "", "curl", "-sS", url+"/0x%0D%0Aabout.txt"), "3Not found.\t\terror.host\t0\r\n.\r\n")
	picture, err := os.ReadFile(site + "/pictures/burrow.png")
	if err != nil {
		t.Fatal(err)
	}
	if got := browse(t, "", "curl", "-sS", url+"/I/pictures/burrow.png"); got != string(picture) {
		t.Errorf("the picture is %q", got)
	}
}

func TestLynx(t *testing.T) {
	r := start(t, "--log", "off", site)
	url := "gopher://" + r.addr
	has(t, browse(t, "", "lynx", "-dump", url+"/1/"), "Welcome to a small site.", "(FILE)", "About this site", "(DIR)", "Documents", url+"/0about.txt", url+"/1docs")
	has(t, browse(t, "", "lynx", "-dump", url+"/0/about.txt"), "This site is served by gopherframe.", "and this is the end.")
	has(t, browse(t, "", "lynx", "-dump", url+"/1/nope"), "Not found.")
}

// TestW3m: w3m ends its requests with LF alone.
func TestW3m(t *testing.T) {
	r := start(t, "--log", "off", site)
	url := "gopher://" + r.addr
	has(t, browse(t, "", "w3m", "-dump", url+"/"), "Welcome to a small site.", "About this site", "Documents")
	has(t, browse(t, "", "w3m", "-dump", url+"/0/docs/gopher.txt"), "Gopher is a protocol of 1991.")
	has(t, browse(t, "", "w3m", "-dump", url+"/1/docs/notes"), "README")
}

var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestVf1 follows links into a directory and to a file, and types a URL with %20, which
// vf1 sends without decoding it.
func TestVf1(t *testing.T) {
	r := start(t, "--log", "off", site)
	commands := strings.Join([]string{"go gopher://" + r.addr + "/", "2", "4", "go gopher://" + r.addr + "/0/docs/name%20with%20space.txt", "quit", ""}, "\n")
	got := colour.ReplaceAllString(browse(t, commands, "vf1"), "")
	has(t, got, "[1] About this site", "[2] Documents/", "[4] name with space.txt", "Spaces in a name are no trouble.", "Spaces in a name are no trouble.")
}

// TestUMN: the original client, of the University of Minnesota, begins with a request of
// Gopher+ and shows nothing if the answer is not one of Gopher+.
func TestUMN(t *testing.T) {
	needsProgram(t, "gopher")
	r := start(t, "--log", "off", site)
	screen := onTerminal(t, "stty rows 24 cols 80; TERM=vt100 gopher "+strings.Replace(r.addr, ":", " ", 1))
	screen.expect("Press RETURN to continue")
	screen.press("\r")
	screen.expect("Page: 1/1")
	screen.press("\r")
	screen.expect("to go up a menu")
	screen.press("q")
	screen.expect("Really quit (y/n) ?")
	screen.press("y")
	has(t, screen.end(), "Home Gopher server: 127.0.0.1", "Main menu", "Welcome to a small site.", "About this site")
}
