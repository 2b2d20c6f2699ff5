package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// programSite makes a site of programs, with mode 0755, and of files.
func programSite(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	os.Chmod(filepath.Dir(dir), 0o755) // for programs that run as nobody
	for name, text := range map[string]string{
		"cgi-bin/greet":  "#!/bin/sh\nprintf 'iHello, %s.\\t\\t\\t\\r\\n0Again\\t%s\\t%s\\t%s\\r\\n.\\r\\n' \"$SEARCHREQUEST\" \"$SCRIPT_NAME\" \"$SERVER_NAME\" \"$SERVER_PORT\"\n",
		"cgi-bin/pipe":   "#!/bin/sh\nwhile :; do echo y; done | head -n 1\n",
		"cgi-bin/env":    "#!/bin/sh\necho \"$OWN $FROM_SERVER $SECRET\"; id -u\n",
		"cgi-bin/hang":   "#!/bin/sh\nsleep 1000\n",
		"app/index.cgi":  "#!/bin/sh\necho \"a page: $PATH_INFO\"\n",
		"maps/counter":   "#!/bin/sh\necho one visitor\n",
		"gophermap":      "Welcome\n7Greet\t/cgi-bin/greet\n0A page\t/app/a page\n1Maps\tmaps\n",
		"maps/gophermap": "=counter\n=echo \"your address: $REMOTE_ADDR\"\n==== ABOUT ====\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o755)
		if filepath.Base(name) == "gophermap" {
			mode = 0o644
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// withUser returns args with a user for programs if the tests run as root.
func withUser(args ...string) []string {
	if os.Geteuid() == 0 {
		args = append([]string{"--cgi-user", "nobody"}, args...)
	}
	return args
}

// TestPrograms: the flags for programs.
func TestPrograms(t *testing.T) {
	t.Setenv("FROM_SERVER", "inherited")
	t.Setenv("SECRET", "secret")
	dir := programSite(t)
	r := start(t, withUser("--log", "off", "--cgi", "cgi-bin/*", "--cgi", "*.cgi", "--cgi", "/maps/counter", "--map-commands",
		"--cgi-env", "OWN=own", "--cgi-env", "FROM_SERVER", "--public", "gopher.example:70", dir)...)
	for line, want := range map[string]string{
		"cgi-bin/greet\tAda": "iHello, Ada.\t\t\t\r\n0Again\t/cgi-bin/greet\tgopher.example\t70\r\n.\r\n",
		"cgi-bin/pipe":       "y\n",
		"app/x":              "a page: /x\n",
		"maps":               "ione visitor\t\terror.host\t0\r\niyour address: 127.0.0.1\t\terror.host\t0\r\ni==== ABOUT ====\t\terror.host\t0\r\n.\r\n",
	} {
		if got := r.ask(t, line+"\r\n"); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	has(t, r.ask(t, "cgi-bin/env\r\n"), "own inherited \n")
	if rest, code := r.stop(t, syscall.SIGTERM); rest != "" || code != 0 {
		t.Errorf("exit %d, %q", code, rest)
	}
}

// TestProgramLimits: one program at a time, for half a second.
func TestProgramLimits(t *testing.T) {
	r := start(t, withUser("--cgi", "cgi-bin/*", "--cgi-timeout", "500ms", "--cgi-max", "1", programSite(t))...)
	if got := r.ask(t, "cgi-bin/hang\r\n"); got != "3Timed out.\t\terror.host\t0\r\n.\r\n" {
		t.Errorf("%q", got)
	}
	has(t, r.line(t), "a program ran too long and was ended", "/cgi-bin/hang", "timeout=500ms")
}

// TestNoPrograms: by default nothing runs.
func TestNoPrograms(t *testing.T) {
	r := start(t, "--log", "off", programSite(t))
	has(t, r.ask(t, "cgi-bin/pipe\r\n"), "#!/bin/sh\r\n")
	if got := r.ask(t, "maps\r\n"); got != "i==== ABOUT ====\t\terror.host\t0\r\n.\r\n" {
		t.Errorf("%q", got)
	}
}

// TestProgramUsage: flags that cannot be meant.
func TestProgramUsage(t *testing.T) {
	type test struct {
		args, want string
		code       int
	}
	tests := []test{
		{"--cgi [ /nope", `--cgi "[": syntax error in pattern: write something as cgi-bin/* or *.cgi`, 2},
		{"--cgi-user nobody /nope", "add --cgi GLOB or --map-commands", 2},
		{"--cgi x --cgi-users /nope", "--cgi-users is for programs in the homes of users: add --cgi GLOB and --users DIR", 2},
		{"--users public_gopher --cgi-users /nope", "--cgi-users is for programs in the homes of users: add --cgi GLOB and --users DIR", 2},
		{"--cgi x --cgi-env =x /nope", `--cgi-env "=x": write NAME or NAME=VALUE`, 2},
		{"--cgi x --cgi-timeout=-1s /nope", "--cgi-timeout: -1s is less than 0", 2},
		{"--cgi x --cgi-max 0 /nope", "--cgi-max 0: write how many", 2},
		{"--cgi x --sandbox /nope", "--sandbox takes the right to run programs", 2},
		{"--cgi x --cgi-user no-such-user .", `--cgi-user "no-such-user": programs cannot run as "no-such-user": user: unknown user no-such-user`, 1},
	}
	if os.Geteuid() == 0 {
		tests = append(tests,
			test{"--cgi x /nope", "programs do not run as root: add --cgi-user NAME", 2},
			test{"--map-commands /nope", "programs do not run as root: add --cgi-user NAME", 2},
			test{"--map-commands --cgi-user root .", "programs do not run as root", 1})
	}
	for _, tt := range tests {
		out, errs, code := call(t, "", append([]string{"serve"}, strings.Fields(tt.args)...)...)
		if !strings.Contains(errs, tt.want) || code != tt.code || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("%s: exit %d, %q, %q, want %d and %q", tt.args, code, out, errs, tt.code, tt.want)
		}
	}
}

// TestClientsOfPrograms: real clients ask programs.
func TestClientsOfPrograms(t *testing.T) {
	r := start(t, withUser("--log", "off", "--cgi", "cgi-bin/*", "--cgi", "*.cgi", "--cgi", "counter", "--map-commands", programSite(t))...)
	url := "gopher://" + r.addr
	has(t, browse(t, "", "curl", "-sS", url+"/7/cgi-bin/greet%09Ada"), "iHello, Ada.", "0Again")
	has(t, browse(t, "", "lynx", "-dump", url+"/1/maps"), "one visitor", "your address: 127.0.0.1", "ABOUT")
	has(t, browse(t, "", "lynx", "-dump", url+"/7/cgi-bin/greet?Ada"), "Hello, Ada.", "Again")
	has(t, browse(t, "", "w3m", "-dump", url+"/1/maps"), "one visitor", "your address: 127.0.0.1")
	has(t, browse(t, "", "w3m", "-dump", url+"/0/app/a"), "a page: /a")
	commands := strings.Join([]string{"go " + url + "/", "2", "go " + url + "/1/maps", "quit", ""}, "\n")
	has(t, colour.ReplaceAllString(browse(t, commands, "vf1"), ""), "[1] Greet", "[2] A page", "a page: /a page", "one visitor")
}
