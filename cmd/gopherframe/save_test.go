package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestLocalName: the name of -O is one of the selector's own elements, and harmless
// wherever it is used.
func TestLocalName(t *testing.T) {
	for selector, want := range map[string]string{
		"about.txt":              "about.txt",
		"/docs/grüße.txt":        "grüße.txt",
		"docs/":                  "docs",
		"docs//":                 "docs",
		"a b":                    "a b",
		"a..b":                   "a..b",
		"console.txt":            "console.txt",
		"com10":                  "com10",
		strings.Repeat("x", 240): strings.Repeat("x", 240),
	} {
		if got, err := localName(selector); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", selector, got, err, want)
		}
	}
	for selector, want := range map[string]string{
		"":                       "ends with no name",
		"/":                      "ends with no name",
		"docs/..":                `".." begins with '.'`,
		".":                      `"." begins with '.'`,
		".bashrc":                `".bashrc" begins with '.'`,
		"x/-rf":                  `"-rf" begins with '-'`,
		" x":                     `begins with ' '`,
		`a\..\b`:                 "has one of",
		"x:stream":               "has one of",
		"a?b":                    "has one of",
		"a\x1b[31m":              "bytes that are not text",
		"a\u202etxt.exe":         "bytes that are not text",
		"\xff":                   "bytes that are not text",
		"x.":                     "Windows",
		"x ":                     "Windows",
		"nul":                    "Windows",
		"Con.txt":                "Windows",
		"aux .txt":               "Windows",
		"COM1":                   "Windows",
		"lpt².log":               "Windows",
		strings.Repeat("x", 241): "has 241 bytes, more than 240",
	} {
		if got, err := localName(selector); got != "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v, want an error with %q", selector, got, err, want)
		}
	}
}

// calledIn is call in a directory.
func calledIn(t *testing.T, dir string, args ...string) (stderr string, code int) {
	t.Helper()
	cmd := program(args...)
	cmd.Dir = dir
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Run()
	if out.Len() > 0 {
		t.Errorf("%q prints %q", args, out.String())
	}
	return errs.String(), cmd.ProcessState.ExitCode()
}

// names returns the files in a directory.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestGetUnderItsName(t *testing.T) {
	url := "gopher://" + start(t, "--log", "off", site).addr + "/"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README"), []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("elsewhere", filepath.Join(dir, "gopher.txt")); err != nil {
		t.Fatal(err)
	}
	errs, code := calledIn(t, dir, "get", "-O", url+"0about.txt", url+"0docs/notes/README", url+"0docs/gopher.txt", url, url+"0nope", url+"1/docs/", url+"0/about.txt")
	want := strings.ReplaceAll(`gopherframe: URL0docs/notes/README: -O: the file README exists already; remove it, or name another one with -o
gopherframe: URL0docs/gopher.txt: -O: the file gopher.txt exists already; remove it, or name another one with -o
gopherframe: URL: -O: the selector "" ends with no name; name a file with -o
gopherframe: URL0nope: 127.0.0.1 says: Not found.
gopherframe: URL0/about.txt: -O: the file about.txt exists already; remove it, or name another one with -o
`, "URL", url)
	if errs != want || code != 1 {
		t.Errorf("exit %d,\n%swant\n%s", code, errs, want)
	}
	if got, want := names(t, dir), []string{"README", "about.txt", "docs", "gopher.txt"}; !slices.Equal(got, want) {
		t.Errorf("the directory has %q, want %q", got, want)
	}
	for name, want := range map[string]string{"README": "precious", "about.txt": "This site is served by", "docs": "menu    notes"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); !strings.HasPrefix(string(got), want) || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestGetIsInterrupted: SIGINT in the middle of an answer ends get with one word, and leaves
// no part of a file.
func TestGetIsInterrupted(t *testing.T) {
	for _, args := range [][]string{{"-O"}, {"-o", "out"}} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		url := "gopher://" + ln.Addr().String() + "/9x"
		dir := t.TempDir()
		cmd := program(append(append([]string{"get"}, args...), url)...)
		cmd.Dir = dir
		var errs strings.Builder
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		c, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, "half of it")
		eventually(t, "a file for the part", func() bool {
			parts, _ := filepath.Glob(filepath.Join(dir, "*.part"))
			return len(parts) == 1
		})
		cmd.Process.Signal(syscall.SIGINT)
		cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != 1 || errs.String() != "gopherframe: interrupted\n" {
			t.Errorf("%q: exit %d, %q", args, code, errs.String())
		}
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("%q leaves %q", args, left)
		}
	}
}
