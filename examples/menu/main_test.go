package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophertest"
)

// TestShout asks for one answer in memory, and compares it as a value.
func TestShout(t *testing.T) {
	got := gophertest.Get(newApp().Respond, "shout\thello").Menu
	want := gopherframe.NewMenu().Info("HELLO").Search("Again", "shout")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNoDice asks for a page that is an error.
func TestNoDice(t *testing.T) {
	res := gophertest.Get(newApp().Respond, "dice/round")
	if gopherframe.ErrorOf(res.Response) == nil {
		t.Errorf("%q", res.Wire)
	}
}

// TestLinks follows all links of the app.
func TestLinks(t *testing.T) {
	report := gophertest.Crawl(newApp().Respond)
	if err := report.Err(); err != nil || len(report.Pages) < 5 {
		t.Errorf("%d pages, %v", len(report.Pages), err)
	}
}

// TestHandlers asks as hostile clients do, and from many clients at a time. Run it with -race.
func TestHandlers(t *testing.T) {
	if err := gophertest.TestHandler(newApp().Respond, "", "routes.txt", "shout\thello", "dice/6"); err != nil {
		t.Error(err)
	}
}

// TestOverTCP asks a server on loopback.
func TestOverTCP(t *testing.T) {
	s := gophertest.NewServer(t, newApp().Respond)
	res := s.Get(t.Context(), gopherframe.TypeText, "routes.txt")
	if res.Err != nil || !strings.Contains(res.Text, "dice/{sides:[0-9]+}") {
		t.Errorf("%v, %q", res.Err, res.Text)
	}
}
