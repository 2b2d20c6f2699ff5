package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophertest"
)

// One answer: asked for in memory, compared as a value.
func TestShout(t *testing.T) {
	got := gophertest.Get(newApp().Respond, "shout\thello").Menu
	want := gopherframe.NewMenu().Info("HELLO").Search("Again", "shout")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An error, as the client reads it.
func TestNoDice(t *testing.T) {
	res := gophertest.Get(newApp().Respond, "dice/round")
	if gopherframe.ErrorOf(res.Response) == nil {
		t.Errorf("%q", res.Wire)
	}
}

// All that the root leads to.
func TestLinks(t *testing.T) {
	report := gophertest.Crawl(newApp().Respond)
	if err := report.Err(); err != nil || len(report.Pages) < 5 {
		t.Errorf("%d pages, %v", len(report.Pages), err)
	}
}

// What no handler may do, whoever asks; with -race.
func TestHandlers(t *testing.T) {
	if err := gophertest.TestHandler(newApp().Respond, "", "routes.txt", "shout\thello", "dice/6"); err != nil {
		t.Error(err)
	}
}

// A server on loopback, for what only a connection shows.
func TestOverTCP(t *testing.T) {
	s := gophertest.NewServer(t, newApp().Respond)
	res := s.Get(t.Context(), gopherframe.TypeText, "routes.txt")
	if res.Err != nil || !strings.Contains(res.Text, "dice/{sides:[0-9]+}") {
		t.Errorf("%v, %q", res.Err, res.Text)
	}
}
