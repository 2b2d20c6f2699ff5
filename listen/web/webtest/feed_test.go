package webtest

import (
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"

	"gopherframe"
	"gopherframe/listen/web"
)

// TestFeed: a menu with dates has a feed that a parser of feeds reads, whatever is in it.
func TestFeed(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.FixedZone("", 3600)) }
	const hostile = "<b>&\"'</title>]]>\x01\xff\uFFFE"
	h := web.Handler(func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "plain" {
			return gopherframe.NewMenu().Text("no date", "x")
		}
		if q.Selector == "stream" {
			return &gopherframe.Stream{Type: '1', Write: func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, "0x\tx\t\t0\r\n")
				return err
			}}
		}
		if q.Selector == "nowhere" {
			return gopherframe.NewMenu().Add(gopherframe.Item{Type: 'i', Name: "x", Date: day(1)}, gopherframe.Item{Type: 'h', Name: "x", Selector: "URL:javascript:alert(1)", Date: day(1)},
				gopherframe.Item{Type: '0', Name: "x", Selector: "x", Date: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
				gopherframe.Item{Type: '0', Name: "x", Selector: "x", Date: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)})
		}
		return gopherframe.NewMenu().Info("!The phlog").Info("undated").Text("undated, too", "x").Add(
			gopherframe.Item{Type: '0', Name: "On moles", Selector: "phlog/moles", Date: day(1)},
			gopherframe.Item{Type: '1', Name: hostile, Selector: "phlog/" + hostile, Date: day(3)},
			gopherframe.Item{Type: 'h', Name: "The web", Selector: "URL:https://example.org/?a=b&c", Date: day(2)},
			gopherframe.Item{Type: '0', Name: "far", Selector: "y", Host: "far.example", Port: 7070, Date: day(2)},
			gopherframe.Item{Type: 'i', Name: "leads nowhere", Date: day(9)},
			gopherframe.Item{Type: '0', Name: "The same", Selector: "phlog/moles", Date: day(1)},
			gopherframe.Item{Type: '0', Name: "Changed", Selector: "phlog/moles", Date: day(2)},
			gopherframe.Item{Type: '0', Name: "Too late", Selector: "late", Date: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)},
			gopherframe.Item{Type: '0', Name: "Too early", Selector: "early", Date: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)},
		)
	}, web.Config{Public: "gopher.example:70"})
	get := func(target string) (int, string, string) {
		w := httptest.NewRecorder()
		defer func() {
			if got := w.Header().Get("Content-Disposition"); got != "" {
				t.Errorf("%s is to be saved: %s", target, got)
			}
		}()
		h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		return w.Code, w.Header().Get("Content-Type"), w.Body.String()
	}
	_, _, page := get("/1/phlog")
	if !strings.Contains(page, `<link rel="alternate" type="application/atom+xml" title="Atom" href="/1/phlog?feed=atom">`) {
		t.Errorf("no link to the feed in %s", page)
	}
	code, mime, text := get("/1/phlog?feed=atom")
	if code != 200 || mime != "application/atom+xml; charset=utf-8" {
		t.Errorf("%d, %s", code, mime)
	}
	feed, err := (&atom.Parser{}).Parse(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if feed.Title != "The phlog" || feed.ID != "gopher://gopher.example/1phlog" || !feed.UpdatedParsed.Equal(day(3)) || len(feed.Authors) != 1 || feed.Authors[0].Name == "" || len(feed.Links) != 2 {
		t.Errorf("%+v", feed)
	}
	want := []struct {
		id, title, href string
		updated         time.Time
	}{
		{"gopher://gopher.example/0phlog/moles", "On moles", "http://example.com/0/phlog/moles", day(1)},
		{"gopher://gopher.example/1phlog/%3Cb%3E%26%22%27%3C/title%3E%5D%5D%3E%01%FF%EF%BF%BE", "<b>&\"'</title>]]>\uFFFDÿ\uFFFD", "http://example.com/1/phlog/%3Cb%3E%26%22%27%3C/title%3E%5D%5D%3E%01%FF%EF%BF%BE", day(3)},
		{"https://example.org/?a=b&c", "The web", "https://example.org/?a=b&c", day(2)},
		{"gopher://far.example:7070/0y", "far", "gopher://far.example:7070/0y", day(2)},
		{"gopher://gopher.example/0phlog/moles", "Changed", "http://example.com/0/phlog/moles", day(2)},
	}
	if len(feed.Entries) != len(want) {
		t.Fatalf("%d entries in %s", len(feed.Entries), text)
	}
	for i, w := range want {
		e := feed.Entries[i]
		if e.ID != w.id || e.Title != w.title || len(e.Links) != 1 || e.Links[0].Href != w.href || !e.UpdatedParsed.Equal(w.updated) {
			t.Errorf("entry %d: %+v, %+v, want %+v", i, e, e.Links, w)
		}
	}
	if all, err := gofeed.NewParser().ParseString(text); err != nil || all.FeedType != "atom" || len(all.Items) != len(want) {
		t.Errorf("%+v, %v", all, err)
	}
	for _, target := range []string{"/1/plain", "/1/nowhere", "/1/stream"} {
		if code, _, _ := get(target + "?feed=atom"); code != 404 {
			t.Errorf("%s: %d", target, code)
		}
		if _, _, page := get(target); strings.Contains(page, "atom") {
			t.Errorf("%s: a menu without dates has a feed: %s", target, page)
		}
	}
}
