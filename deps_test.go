package gopherframe_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// deps returns what the packages import, tests apart, directly or not.
func deps(t *testing.T, packages ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-deps"}, packages...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Fields(string(out))
}

// TestDependencies keeps the rooms of the house apart: what may import what.
func TestDependencies(t *testing.T) {
	isStd := func(path string) bool {
		first, _, _ := strings.Cut(path, "/")
		return !strings.Contains(first, ".") && first != "gopherframe"
	}
	for _, tt := range []struct {
		pkg       string
		forbidden []string
		outside   []string // of the standard library
	}{
		{"gopherframe", []string{"net", "net/http", "crypto/tls"}, []string{"gopherframe/internal/pattern"}},
		{"gopherframe/internal/pattern", []string{"net"}, nil},
		{"gopherframe/middleware", []string{"net", "net/http", "gopherframe/listen"}, []string{"gopherframe", "gopherframe/internal/pattern"}},
		{"gopherframe/internal/cert", []string{"net/http"}, nil},
		{"gopherframe/listen", []string{"net/http", "gopherframe/middleware"}, []string{"gopherframe", "gopherframe/internal/pattern", "gopherframe/internal/cert"}},
		{"gopherframe/client", []string{"net/http", "gopherframe/listen"}, []string{"gopherframe", "gopherframe/internal/pattern"}},
	} {
		for _, dep := range deps(t, tt.pkg) {
			if slices.Contains(tt.forbidden, dep) {
				t.Errorf("%s imports %s", tt.pkg, dep)
			}
			if !isStd(dep) && dep != tt.pkg && !slices.Contains(tt.outside, dep) {
				t.Errorf("%s imports %s, which is neither in the standard library nor allowed", tt.pkg, dep)
			}
		}
	}
	for _, dep := range deps(t, "gopherframe/...") {
		if strings.HasPrefix(dep, "github.com/google/go-cmp") {
			t.Error("go-cmp is imported outside of tests")
		}
	}
}
