package main

import (
	"testing"

	"gopherframe/examples/internal/sameweb"
)

// TestWeb plays over Gopher and over HTTP.
func TestWeb(t *testing.T) {
	r := newApp([]byte("a key of the test, 32 bytes long"))
	app := sameweb.Serve(t, r.Respond)
	app.Compare(t, '1', "answer/x/1")
	app.Compare(t, '1', "none")
	menu := app.Compare(t, '1', "")
	for _, answer := range []string{"70", "Geneva", "7"} {
		next := ""
		for _, it := range menu.Items {
			if it.Name == answer {
				next = it.Selector
			}
		}
		menu = app.Compare(t, '1', next)
	}
	if last := menu.Items[len(menu.Items)-1]; last.Name != "Again" {
		t.Errorf("the game ends with %+v", last)
	}
	app.CheckRoutes(t, r.Routes())
}
