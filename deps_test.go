//go:build !mutation

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

// imports returns what a package itself imports, tests apart.
func imports(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{join .Imports " "}}`, pkg).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Fields(string(out))
}

const quicGo = "github.com/quic-go/quic-go"

// isQUIC reports whether the package is quic-go or comes with it.
func isQUIC(path string) bool {
	return path == quicGo || strings.HasPrefix(path, quicGo+"/") || strings.HasPrefix(path, "golang.org/x/")
}

// TestDependencies keeps the rooms of the house apart: what may import what.
func TestDependencies(t *testing.T) {
	isStd := func(path string) bool {
		first, _, _ := strings.Cut(path, "/")
		return !strings.Contains(first, ".") && first != "gopherframe"
	}
	internal := func(names ...string) []string {
		for i := range names {
			names[i] = "gopherframe/internal/" + names[i]
		}
		return names
	}
	core := append(internal("filetype", "framing", "panics", "pattern", "regular"), "gopherframe")
	with := func(more ...string) []string { return slices.Concat(core, more) }
	layout := "gopherframe/layout"
	for _, tt := range []struct {
		pkg       string
		forbidden []string
		outside   []string // of the standard library
	}{
		{"gopherframe", []string{"net", "net/http", "crypto/tls"}, core},
		{"gopherframe/internal/filetype", []string{"net"}, nil},
		{"gopherframe/internal/flight", []string{"net"}, internal("panics")},
		{"gopherframe/internal/framing", []string{"net"}, nil},
		{"gopherframe/internal/harmless", []string{"net"}, nil},
		{"gopherframe/internal/lru", []string{"net"}, nil},
		{"gopherframe/internal/panics", []string{"net"}, nil},
		{"gopherframe/internal/passwd", []string{"net"}, nil},
		{"gopherframe/internal/pattern", []string{"net"}, nil},
		{"gopherframe/internal/regular", []string{"net"}, nil},
		{"gopherframe/internal/cert", []string{"net/http"}, nil},
		{"gopherframe/internal/answer", []string{"net"}, core},
		{"gopherframe/internal/memory", []string{"net", "testing"}, core},
		{"gopherframe/internal/lint", []string{"net", "testing"}, with("gopherframe/internal/answer", layout)},
		{"gopherframe/internal/crawl", []string{"net", "testing"}, with(append(internal("answer", "harmless", "lint", "memory"), layout)...)},
		{"gopherframe/layout", []string{"net"}, core},
		{"gopherframe/gophermap", []string{"net"}, core},
		{"gopherframe/cgi", []string{"net"}, with(append(internal("harmless"), "gopherframe/gophermap", layout, "golang.org/x/sys/unix")...)},
		{"gopherframe/files", []string{"net"}, with(append(internal("flight", "harmless", "lru", "passwd"), "gopherframe/cgi", "gopherframe/gophermap", layout, "golang.org/x/sys/unix")...)},
		{"gopherframe/token", []string{"net"}, nil},
		{"gopherframe/middleware", []string{"net", "net/http", "gopherframe/listen"}, with("gopherframe/internal/harmless", "gopherframe/internal/lru",
			"golang.org/x/text/encoding", "golang.org/x/text/encoding/internal/identifier", "golang.org/x/text/transform", "golang.org/x/text/unicode/norm")},
		{"gopherframe/listen", []string{"net/http", "gopherframe/middleware"}, with("gopherframe/internal/cert")},
		{"gopherframe/listen/quic", []string{"net/http", "gopherframe/middleware"}, with("gopherframe/internal/cert", "gopherframe/listen", quicGo)},
		{"gopherframe/listen/web", []string{"gopherframe/middleware", quicGo}, with(append(internal("answer", "cert", "harmless", "lru"), layout, "gopherframe/listen")...)},
		{"gopherframe/client/quic", []string{"net/http", "gopherframe/listen"}, []string{"gopherframe/internal/cert", quicGo}},
		{"gopherframe/client", []string{"net/http", "gopherframe/listen"}, with("gopherframe/internal/answer", "gopherframe/internal/cert", "gopherframe/client/quic", quicGo)},
		{"gopherframe/gophertest", []string{"net/http", "gopherframe/middleware"}, with(append(internal("answer", "cert", "crawl", "harmless", "lint", "memory"),
			layout, "gopherframe/client", "gopherframe/client/quic", "gopherframe/listen", "gopherframe/listen/quic", quicGo)...)},
	} {
		for _, dep := range deps(t, tt.pkg) {
			if slices.Contains(tt.forbidden, dep) {
				t.Errorf("%s imports %s", tt.pkg, dep)
			}
			if slices.Contains(tt.outside, quicGo) && isQUIC(dep) {
				continue
			}
			if !isStd(dep) && dep != tt.pkg && !slices.Contains(tt.outside, dep) {
				t.Errorf("%s imports %s, which is neither in the standard library nor allowed", tt.pkg, dep)
			}
		}
	}
	for _, pkg := range deps(t, "gopherframe/...") {
		if pkg == "gopherframe/internal/transcript" || pkg == "gopherframe/internal/leak" {
			continue // for tests only: no other package imports them, or it would be refused above
		}
		if !isStd(pkg) && strings.HasPrefix(pkg, "gopherframe") && slices.Contains(imports(t, pkg), "github.com/google/go-cmp/cmp") {
			t.Errorf("%s imports go-cmp outside of tests", pkg)
		}
	}
}

// TestQUICOnly: two packages import quic-go, and all others do without or through them, but for
// the benchmark, which has a server of quic-go alone to compare with.
func TestQUICOnly(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "gopherframe/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var importers []string
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.Contains(strings.Fields(imports), quicGo) {
			importers = append(importers, pkg)
		}
	}
	if want := []string{"gopherframe/bench", "gopherframe/client/quic", "gopherframe/listen/quic"}; !slices.Equal(importers, want) {
		t.Errorf("quic-go is imported by %q, want %q", importers, want)
	}
}
