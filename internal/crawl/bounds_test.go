package crawl_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/internal/crawl"
)

// TestLongMenu: links that are not looked at, because the menu has too many items or too
// long a line, are a problem of the menu.
func TestLongMenu(t *testing.T) {
	const lost = "/: line %d: a %s: the links from here on are not followed"
	item, long := "0a\ta\tlocalhost\t70\r\n", "0"+strings.Repeat("x", 64<<10)+"\ta\tlocalhost\t70\r\n"
	for _, tt := range []struct {
		wire string
		want []string
	}{
		{strings.Repeat(item, 200_001) + ".\r\n", []string{fmt.Sprintf(lost, 200_001, "menu of more than 200000 items")}},
		{item + long + item + ".\r\n", []string{
			"/: line 2: the line has 65554 bytes with its end",
			fmt.Sprintf(lost, 2, "line of more than 65536 bytes"),
		}},
	} {
		r := gopherframe.NewRouter()
		r.Handle("", raw(tt.wire))
		r.Handle("a", answers(gopherframe.Text("a")))
		report, err := (&crawl.Crawler{Fetch: crawl.Handler(r.Respond, quiet)}).Walk(t.Context())
		problems := slices.DeleteFunc(findings(report), func(f string) bool { return strings.Contains(f, "warning: ") })
		if diff := cmp.Diff(tt.want, problems); diff != "" || err != nil || len(report.Pages) != 2 {
			t.Errorf("%v, %d pages (-want +got):\n%s", err, len(report.Pages), diff)
		}
	}
}

// TestReadsOnlyTheBeginning of a file that never ends.
func TestReadsOnlyTheBeginning(t *testing.T) {
	for _, first := range []string{"x", "3"} {
		var sent int
		r := gopherframe.NewRouter()
		r.Handle("", answers(menu().Binary("endless", "endless")))
		r.Handle("endless", answers(&gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
			for {
				n, err := io.WriteString(w, first)
				if sent += n; err != nil {
					return err
				}
			}
		}}))
		report, err := (&crawl.Crawler{Fetch: crawl.Handler(r.Respond, quiet)}).Walk(t.Context())
		if err != nil || len(report.Problems) > 0 || sent > 2000 {
			t.Errorf("%q: %v, %v, %d bytes", first, err, findings(report), sent)
		}
	}
}

// TestHugeMenu: a menu that never ends is a dead link, and its items are not kept.
func TestHugeMenu(t *testing.T) {
	h := answers(&gopherframe.Stream{Type: '1', Write: func(_ context.Context, w io.Writer) error {
		lines := strings.Repeat("0a\tx\tlocalhost\t70\r\n", 1000)
		for {
			if _, err := io.WriteString(w, lines); err != nil {
				return err
			}
		}
	}})
	report, err := (&crawl.Crawler{Fetch: crawl.Handler(h, quiet)}).Walk(t.Context())
	if diff := cmp.Diff([]string{"/: the menu has more than 16777216 bytes"}, findings(report)); diff != "" || err != nil || len(report.Pages) != 1 {
		t.Errorf("%v, %d pages (-want +got):\n%s", err, len(report.Pages), diff)
	}
}

// TestDeadLinkOnManyPages: a dead link in a footer is reported for 100 pages at most,
// whether they are visited before the link is or after that.
func TestDeadLinkOnManyPages(t *testing.T) {
	h := func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "nope" {
			return gopherframe.NotFound("")
		}
		m := menu()
		for i := range 300 {
			m.Menu("page", fmt.Sprint("page", i))
		}
		return m.Text("dead", "nope")
	}
	report, err := (&crawl.Crawler{Fetch: crawl.Handler(h, quiet)}).Walk(t.Context())
	if err != nil || len(report.Pages) != 302 || len(report.Problems) != 100 {
		t.Errorf("%v, %d pages, %d problems", err, len(report.Pages), len(report.Problems))
	}
}

func TestWalkIsBounded(t *testing.T) {
	tests := []struct {
		name    string
		crawler crawl.Crawler
		want    int // pages
	}{
		{"pages", crawl.Crawler{MaxPages: 5}, 5},
		{"depth", crawl.Crawler{MaxDepth: 3}, 1 + 2 + 4 + 8},
		{"both", crawl.Crawler{MaxPages: 4, MaxDepth: 3, Jobs: 7}, 4},
		{"default", crawl.Crawler{}, 10_000},
		{"no limit but depth", crawl.Crawler{MaxPages: -1, MaxDepth: 2}, 7},
		{"a start of its own", crawl.Crawler{Start: crawl.Link{Selector: "x"}, MaxPages: 1}, 1},
	}
	for _, tt := range tests {
		tt.crawler.Fetch = crawl.Handler(endless, quiet)
		report, err := tt.crawler.Walk(t.Context())
		if len(report.Pages) != tt.want || !report.More || err != nil {
			t.Errorf("%s: %d pages, more: %v, %v", tt.name, len(report.Pages), report.More, err)
		}
	}
}
