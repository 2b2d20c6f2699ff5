//go:build !mutation

package gopherframe_test

import (
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// programs returns the whole programs among the code of a Markdown file.
func programs(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, block := range strings.Split(string(text), "```go\n")[1:] {
		code, _, ok := strings.Cut(block, "```")
		if ok && strings.HasPrefix(code, "package main") {
			found = append(found, code)
		}
	}
	return found
}

// TestDocumentedPrograms builds what the documentation shows in a module of its
// own, set up by the README's commands.
func TestDocumentedPrograms(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]int{"README.md": 1, "docs/decisions.md": 6} {
		found := programs(t, file)
		if len(found) != want {
			t.Errorf("%s has %d programs, want %d", file, len(found), want)
		}
		for i, code := range found {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(code), 0o644); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(readme)) {
				command, ok := strings.CutPrefix(line, "    go mod ")
				if !ok {
					continue
				}
				command, _, _ = strings.Cut(command, "#")
				args := strings.Fields(strings.Replace(command, "../gopherframe", here, 1))
				run(t, dir, append([]string{"mod"}, args...)...)
			}
			run(t, dir, "build", "-o", filepath.Join(dir, "program"), ".")
			if formatted, err := format.Source([]byte(code)); err != nil || string(formatted) != code {
				t.Errorf("%s: program %d is not gofmt-clean (%v)", file, i+1, err)
			}
		}
	}
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestDocumentedTests: the guide shows tests that run.
func TestDocumentedTests(t *testing.T) {
	guide, err := os.ReadFile("docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("examples/menu/main_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(guide), "```go\n"+string(code)+"```\n") {
		t.Error("docs/testing.md does not show examples/menu/main_test.go as it is")
	}
}
