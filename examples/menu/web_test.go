package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/examples/internal/sameweb"
	"gopherframe/listen/web"
)

// TestWeb asks every route over Gopher and over HTTP.
func TestWeb(t *testing.T) {
	r := newApp()
	app := sameweb.Serve(t, r.Respond)
	for line, typ := range map[string]gopherframe.ItemType{
		"": '1', "routes.txt": '0', "news": '1', "news/0": '0', "news/9": '0', "shout\thello": '7',
		"dice": '1', "dice/6": '1', "dice/1": '1', "dice/x": '1', "none": '1',
	} {
		app.Compare(t, typ, line)
	}
	app.CheckRoutes(t, r.Routes())
}

// TestFeed: news have a feed.
func TestFeed(t *testing.T) {
	w := httptest.NewRecorder()
	web.Handler(newApp().Respond, web.Config{}).ServeHTTP(w, httptest.NewRequest("GET", "/1/news?feed=atom", nil))
	if entries := strings.Count(w.Body.String(), "<entry>"); entries != len(stories) {
		t.Errorf("%d entries in %s", entries, w.Body)
	}
}
