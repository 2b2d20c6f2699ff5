package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInstall: the two commands of docs/running.md put the program and its manual page where
// they are found.
func TestInstall(t *testing.T) {
	needsProgram(t, "man")
	guide, err := os.ReadFile("../../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "## Install\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var commands []string
	for line := range strings.Lines(section) {
		if command, ok := strings.CutPrefix(line, "    "); ok {
			commands = append(commands, command)
		}
	}
	if len(commands) != 2 || strings.Count(section, "/usr/local") != 2 {
		t.Fatalf("the guide has %q", commands)
	}
	prefix := t.TempDir()
	install := exec.Command("sh", "-ec", strings.ReplaceAll(strings.Join(commands, ""), "/usr/local", prefix))
	install.Dir = "../.."
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command(filepath.Join(prefix, "bin", "gopherframe"), "--version").CombinedOutput(); !strings.HasPrefix(string(out), "gopherframe ") || err != nil {
		t.Errorf("%s%v", out, err)
	}
	if out, err := exec.Command("man", "-M", filepath.Join(prefix, "share", "man"), "-w", "gopherframe").CombinedOutput(); !strings.Contains(string(out), "man1/gopherframe.1") || err != nil {
		t.Errorf("%s%v", out, err)
	}
}
