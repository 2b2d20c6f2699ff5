package main

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the manual page")

const manFile = "../../docs/gopherframe.1"

// TestManPage: the manual page in docs/ is that of the flags.
func TestManPage(t *testing.T) {
	out, errs, code := call(t, "", "--man")
	if errs != "" || code != 0 {
		t.Fatalf("exit %d, %q", code, errs)
	}
	if *update {
		if err := os.WriteFile(manFile, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(manFile)
	if err != nil || string(page) != out {
		t.Errorf("%s is not what --man prints (%v): go test ./cmd/gopherframe -run TestManPage -update", manFile, err)
	}
}

// TestManPageLint: mandoc and man read the page, and have nothing to say against it.
func TestManPageLint(t *testing.T) {
	for _, command := range []string{"mandoc -T lint -W style " + manFile, "man --warnings --local-file " + manFile} {
		args := strings.Fields(command)
		needsProgram(t, args[0])
		cmd := exec.Command(args[0], args[1:]...)
		var warnings strings.Builder
		cmd.Stderr = &warnings
		cmd.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8")
		out, err := cmd.Output()
		if err != nil || warnings.Len() > 0 || args[0] == "mandoc" && len(out) > 0 {
			t.Errorf("%s: %v\n%s%s", command, err, out, warnings.String())
		}
		if args[0] == "man" {
			has(t, string(out), "GOPHERFRAME(1)", "gopherframe serve [flags] [dir]", "gopherframe get [flags] url ...", "--listen=URL", "--redact-ip", "gopherframe check")
		}
	}
}

func TestRoff(t *testing.T) {
	for text, want := range map[string]string{
		"a. b":           "a.\nb",
		".Sh NAME":       `\&.Sh NAME`,
		"one. .two":      "one.\n\\&.two",
		`\fB 'x' ~ ^ - `: `\efB \(aqx\(aq \(ti \(ha \-`,
		"a\nb":           "a b",
	} {
		if got := roff(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
