//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

// beSandboxed is set in the environment of a process that sandboxes itself and serves one
// request over standard input and output.
const beSandboxed = "GOPHERFRAME_TEST_BE_SANDBOXED"

func init() {
	if dir := os.Getenv(beSandboxed); dir != "" {
		serveSandboxed(dir)
	}
}

// serveSandboxed serves a handler that tries what it is told to.
func serveSandboxed(dir string) {
	if err := sandbox([]string{dir}, nil, nil); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	try := func(q *gopherframe.Request) gopherframe.Response {
		var err error
		switch what, arg, _ := strings.Cut(q.Selector, " "); what {
		case "read":
			_, err = os.ReadFile(arg)
		case "list":
			_, err = os.ReadDir(arg)
		case "write":
			err = os.WriteFile(arg, nil, 0o644)
		case "remove":
			err = os.Remove(arg)
		case "run":
			err = exec.Command(arg).Run()
		case "connect":
			var c net.Conn
			if c, err = net.Dial("tcp", arg); err == nil {
				c.Close()
			}
		}
		switch {
		case err == nil:
			return gopherframe.Text("done")
		case errors.Is(err, os.ErrPermission):
			return gopherframe.Text("denied")
		}
		return gopherframe.Text(err.Error())
	}
	listen.Run(context.Background(), try, &listen.Stdio{In: os.Stdin, Out: os.Stdout, PlainText: true})
	os.Exit(0)
}

// skip skips the test on a kernel without Landlock, but in CI, whose kernel has it.
func skip(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// TestSandbox: within the sandbox a handler can read the site, and nothing else.
func TestSandbox(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for request, want := range map[string]string{
		"read " + file:                       "done",
		"list " + dir:                        "done",
		"read /etc/passwd":                   "denied",
		"list /":                             "denied",
		"read /proc/self/environ":            "denied",
		"write " + filepath.Join(dir, "b"):   "denied",
		"run " + program:                     "denied",
		"run /bin/true":                      "denied",
		"remove " + file:                     "denied",
		"connect " + ln.Addr().String():      "denied",
		"read " + filepath.Join(dir, "nope"): "open " + filepath.Join(dir, "nope") + ": no such file or directory",
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), beSandboxed+"="+dir)
		cmd.Stdin = strings.NewReader(request + "\n")
		out, err := cmd.Output()
		if cmd.ProcessState.ExitCode() == 3 {
			skip(t, string(out))
		}
		if got := strings.TrimSpace(string(out)); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", request, got, err, want)
		}
	}
}

// TestRenewalInSandbox: a certificate can be read again after the file, a link to it, or a
// link to its directory was replaced.
func TestRenewalInSandbox(t *testing.T) {
	dir := t.TempDir()
	for _, version := range []string{"v1", "v2"} {
		if err := os.MkdirAll(filepath.Join(dir, "archive", version), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "archive", version, "cert.pem"), []byte(version), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	link("archive/v1", "current")
	link("archive/v1/cert.pem", "cert.pem")
	for _, file := range []string{"archive/v1/cert.pem", "cert.pem", "current/cert.pem"} {
		dirs := dirsOf(filepath.Join(dir, file))
		for _, renewed := range []string{"archive/v1/cert.pem", "archive/v2/cert.pem"} {
			inside := slices.ContainsFunc(dirs, func(d string) bool { return strings.HasPrefix(filepath.Join(dir, renewed), d+"/") })
			if want := file != "archive/v1/cert.pem" || renewed == file; inside != want {
				t.Errorf("%s, renewed as %s: readable is %v", file, renewed, inside)
			}
		}
	}
}

// TestServeSandbox: the server works within the sandbox, and removes the file of its Unix
// socket when it ends.
func TestServeSandbox(t *testing.T) {
	if _, errs, code := call(t, "", "serve", "--sandbox", "--listen", "stdio:", "."); code == 1 && strings.Contains(errs, "no Landlock") {
		skip(t, errs)
	}
	socket := filepath.Join(t.TempDir(), "s")
	r := startOn(t, []string{"tcp://127.0.0.1:0", "unix://" + socket}, "--sandbox", "--log", "combined", site)
	for _, scheme := range []string{"tcp", "unix"} {
		r.checkAbout(t, scheme)
	}
	r.cmd.Process.Signal(os.Interrupt)
	if rest, code := r.wait(t); code != 0 {
		t.Errorf("exit %d: %s", code, rest)
	}
	if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left behind: %v", err)
	}
}

// TestHostsInSandbox: the directories of --host are there within the sandbox, and users are
// looked up.
func TestHostsInSandbox(t *testing.T) {
	if _, errs, code := call(t, "", "serve", "--sandbox", "--listen", "stdio:", "."); code == 1 && strings.Contains(errs, "no Landlock") {
		skip(t, errs)
	}
	cmd := program("serve", "--sandbox", "--listen", "tcp://127.0.0.1:0=a.example", "--host", "a.example="+hostSite(t, "a"), "--users", "public_gopher-of-nobody", site)
	r := startCommand(t, cmd, 1)
	if got := r.ask(t, "file.txt\r\n"); got != "A file of a.\r\n.\r\n" {
		t.Errorf("%q", got)
	}
	if got := r.ask(t, "~root/\r\n"); !strings.HasPrefix(got, "3Not found.") {
		t.Errorf("%q", got)
	}
	if rest, code := r.stop(t, syscall.SIGTERM); code != 0 || !strings.Contains(rest, "public_gopher-of-nobody: no such file") {
		t.Errorf("exit %d, %s", code, rest)
	}
}

// TestReleasesInSandbox: where the site is a link, another release beside the one that it leads to takes its place.
func TestReleasesInSandbox(t *testing.T) {
	if _, errs, code := call(t, "", "serve", "--sandbox", "--listen", "stdio:", "."); code == 1 && strings.Contains(errs, "no Landlock") {
		skip(t, errs)
	}
	dir := t.TempDir()
	for _, release := range []string{"one", "two"} {
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, "releases", release), 0o755),
			os.WriteFile(filepath.Join(dir, "releases", release, "file.txt"), []byte(release+"\n"), 0o644),
			os.Symlink(filepath.Join("releases", release), filepath.Join(dir, release))); err != nil {
			t.Fatal(err)
		}
	}
	site := filepath.Join(dir, "one")
	cmd := program("serve", "--sandbox", "--listen", "tcp://127.0.0.1:0", "--host", "a.example="+site, site)
	r := startCommand(t, cmd, 1)
	if got := r.ask(t, "file.txt\r\n"); got != "one\r\n.\r\n" {
		t.Errorf("%q", got)
	}
	if err := os.Rename(filepath.Join(dir, "two"), site); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for got := ""; got != "two\r\n.\r\n"; got = r.ask(t, "file.txt\r\n") {
		if time.Now().After(deadline) {
			t.Fatalf("the other release is not noticed: %q", got)
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.stop(t, syscall.SIGTERM)
}
