//go:build unix

package cgi_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/cgi"
	"gopherframe/listen"
)

// TestServeBelowHandler: an app that is a program, below a Handler, answers as the app itself. Its links lead
// back to it.
func TestServeBelowHandler(t *testing.T) {
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	h := &cgi.Handler{Path: write(t, "app", string(program), 0o755), User: tester(), Env: []string{appVariable + "=" + filepath.Dir(os.Args[0])}}
	r := gopherframe.NewRouter()
	r.Mount("app/", h.Respond)
	below, _ := serve(t, r.Respond, &listen.TCP{})
	direct := gopherframe.NewRouter()
	direct.Mount("app/", newApp(filepath.Dir(os.Args[0])).Respond)
	alone, _ := serve(t, direct.Respond, &listen.TCP{PlainText: true})
	for _, line := range []string{"app/hello/Grace Hopper", "app/hello/a?b", "app/dots", "app/bytes", "app/file", "app/no/such"} {
		var answers [2]string
		for i, addr := range []string{alone, below} {
			answer, err := io.ReadAll(dial(t, addr, line))
			if err != nil {
				t.Fatal(err)
			}
			answers[i] = string(answer)
		}
		if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
			t.Errorf("%q (-alone +below):\n%s", line, diff)
		}
	}
	for line, want := range map[string]string{
		"app":                       "\r\n0Grace\t/app/hello/Grace%20Hopper\tgopher.example\t70\r\n",
		"/app/hello/Grace%20Hopper": "hello Grace Hopper\r\n",
		"/app/find\ttwo words":      "i\"two words\"\t\terror.host\t0\r\n1Back\t/app/\tgopher.example\t70\r\n.\r\n",
	} {
		if got, err := io.ReadAll(dial(t, below, line)); !strings.Contains(string(got), want) || err != nil {
			t.Errorf("%q: %q, %v, want %q", line, got, err, want)
		}
	}
}
