//go:build unix

package cgi_test

import (
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/cgi"
)

// TestEnvironment: a program finds what docs/programs.md says, and nothing else.
func TestEnvironment(t *testing.T) {
	env, err := exec.LookPath("env")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SECRET", "secret")
	t.Setenv("LANG", "C.UTF-8")
	h := &cgi.Handler{Path: env, User: tester(), Root: "/srv/gopher", Type: gopherframe.TypeText,
		Env: []string{"SERVER_SOFTWARE=mine", "OWN=1"}, InheritEnv: []string{"LANG", "NO_SUCH"}}
	r := gopherframe.NewRouter()
	r.Mount("app/", h.Respond)
	q := &gopherframe.Request{Selector: "/app/a//b?c=d?e", Query: "two words", Host: "gopher.example", Port: 7000,
		Transport: "tls", Remote: netip.MustParseAddrPort("[2001:db8::1]:4711")}
	got := output(t, r.Respond(q))
	want := []string{
		"COLUMNS=67",
		"DOCUMENT_ROOT=/srv/gopher",
		"GATEWAY_INTERFACE=CGI/1.1",
		"GOPHERS=on",
		"GOPHER_CHARSET=UTF-8",
		"GOPHER_FILETYPE=0",
		"HTTPS=on",
		"LANG=C.UTF-8",
		"OWN=1",
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"PATH_INFO=/a//b",
		"QUERY_STRING=c=d?e",
		"REMOTE_ADDR=2001:db8::1",
		"REMOTE_HOST=2001:db8::1",
		"REMOTE_PORT=4711",
		"REQUEST=/app/a//b",
		"REQUEST_METHOD=GET",
		"SCRIPT_FILENAME=" + env,
		"SCRIPT_NAME=/app",
		"SEARCHREQUEST=two words",
		"SELECTOR=/app/a//b?c=d?e",
		"SERVER_HOST=gopher.example",
		"SERVER_NAME=gopher.example",
		"SERVER_PORT=7000",
		"SERVER_PROTOCOL=RFC1436",
		"SERVER_SOFTWARE=mine",
		"TLS=on",
		"X_GOPHER_SEARCH=two words",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPaths: which part of the selector is what.
func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		script, root, selector, query string
		want                          []string
	}{
		{"", "", "", "", []string{"SCRIPT_NAME=", "PATH_INFO=", "QUERY_STRING=", "SELECTOR=/", "REQUEST=/"}},
		{"", "", "/x", "a b", []string{"SCRIPT_NAME=", "PATH_INFO=/x", "QUERY_STRING=a b", "SELECTOR=/x", "REQUEST=/x"}},
		{"cgi-bin/x", "", "cgi-bin/x", "", []string{"SCRIPT_NAME=/cgi-bin/x", "PATH_INFO=", "QUERY_STRING=", "SELECTOR=/cgi-bin/x"}},
		{"/cgi-bin/x", "", "/cgi-bin/x?q", "", []string{"SCRIPT_NAME=/cgi-bin/x", "PATH_INFO=", "QUERY_STRING=q", "SELECTOR=/cgi-bin/x?q", "REQUEST=/cgi-bin/x"}},
		{"dir/", "/srv", "dir/", "", []string{"SCRIPT_NAME=/dir", "PATH_INFO="}},
		{"dir/", "/srv", "dir/a/b", "", []string{"SCRIPT_NAME=/dir", "PATH_INFO=/a/b", "PATH_TRANSLATED=/srv/a/b"}},
		{"dir/", "/srv", "dir/../b", "", []string{"SCRIPT_NAME=/dir", "PATH_INFO=/../b"}}, // which leads out of the site
	} {
		h := &cgi.Handler{Path: "/usr/bin/env", User: tester(), Script: tt.script, Root: tt.root}
		got := output(t, h.Respond(&gopherframe.Request{Selector: tt.selector, Query: tt.query}))
		for _, line := range tt.want {
			if !slices.Contains(got, line) {
				t.Errorf("%q, %q: no %s in %q", tt.script, tt.selector, line, got)
			}
		}
		translated := slices.ContainsFunc(tt.want, func(line string) bool { return strings.HasPrefix(line, "PATH_TRANSLATED=") })
		if !translated && slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, "PATH_TRANSLATED=") }) {
			t.Errorf("%q, %q: PATH_TRANSLATED is in %q", tt.script, tt.selector, got)
		}
	}
}

// TestNoArguments: nothing that a client sends is an argument or reaches a shell.
func TestNoArguments(t *testing.T) {
	h := handler(t, `printf '%s\n' "$#" "$@" "$QUERY_STRING"`)
	h.Args = []string{"-x", "$(id)"}
	q := &gopherframe.Request{Selector: "-rf;id", Query: "--help $(id) `id`"}
	if diff := cmp.Diff([]string{"--help $(id) `id`", "-x", "2", "$(id)"}, output(t, h.Respond(q)), sorted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var sorted = cmp.Transformer("sort", func(lines []string) string {
	return strings.Join(slices.Sorted(slices.Values(lines)), "\n")
})

// output returns the lines of a Stream, sorted.
func output(t *testing.T, resp gopherframe.Response) []string {
	t.Helper()
	var out strings.Builder
	if err := resp.(*gopherframe.Stream).Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(strings.SplitSeq(strings.TrimSuffix(out.String(), "\n"), "\n"))
}
