package crawl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/internal/crawl"
	"gopherframe/internal/transcript"
)

var quiet = gopherframe.Info{Log: slog.New(slog.DiscardHandler)}

// answers returns a handler that always returns resp.
var answers = transcript.Answers

func menu() *gopherframe.Menu { return gopherframe.NewMenu() }

// raw returns a handler that sends a menu made by hand.
func raw(wire string) gopherframe.Handler {
	return answers(&gopherframe.Stream{Type: '1', Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, wire)
		return err
	}})
}

// findings returns the problems of a report as text.
func findings(r *crawl.Report) []string {
	var all []string
	for _, f := range r.Problems {
		all = append(all, f.String())
	}
	return all
}

func pages(r *crawl.Report) []string {
	var all []string
	for _, p := range r.Pages {
		all = append(all, fmt.Sprintf("%d %c %s < %s", p.Depth, p.Type, p.Selector, p.From))
	}
	return all
}

func site() gopherframe.Handler {
	r := gopherframe.NewRouter()
	r.Handle("", answers(menu().
		Info("not a link").
		Text("dead", "nope").
		Menu("deeper", "deep").
		Text("empty", "empty").
		Text("panics", "boom").
		Link('9', "stops", "cut").
		Link('9', "binary", "3.bin").
		URL("out", "https://x.example/").
		Link('8', "telnet", "telnet").
		Add(gopherframe.Item{Type: '1', Name: "far", Selector: "nope", Host: "far.example", Port: 70}).
		Add(gopherframe.Item{Type: '1', Name: "another port", Selector: "nope", Host: "localhost", Port: 71}).
		Search("finds", "find").
		Search("shy", "shy").
		Search("dead search", "nofind").
		Text("dead again", "nope").
		Text("odd", "a\x1bb")))
	r.Handle("deep", answers(menu().
		Menu("home", "").
		Text("dead", "nope").
		Text("dead", "nope2").
		Menu("a text", "text").
		Menu("malformed", "raw").
		Menu("no answer", "stuck").
		Text("too long", strings.Repeat("x", 2049))))
	r.Handle("empty", answers(gopherframe.Text("")))
	r.Handle("boom", func(*gopherframe.Request) gopherframe.Response { panic("bo\nom") })
	r.Handle("cut", answers(&gopherframe.Stream{Type: '9', Write: func(context.Context, io.Writer) error { return errors.New("broken") }}))
	r.Handle("3.bin", answers(gopherframe.Binary("3 is no error")))
	r.Handle("find", answers(menu().Text("a result", "result that is not followed")))
	r.Handle("shy", func(q *gopherframe.Request) gopherframe.Response {
		if q.Query == "" {
			return gopherframe.NotFound("Say what to look for.")
		}
		return menu()
	})
	r.Handle("text", answers(gopherframe.Text("a\n")))
	r.Handle("raw", raw("0fine\tempty\tlocalhost\t70\n0no port\tnope3\tlocalhost\r\n"))
	r.Handle("stuck", func(*gopherframe.Request) gopherframe.Response {
		time.Sleep(time.Hour)
		return nil
	})
	return r.Respond
}

var wantFindings = []string{
	`nope (linked from /, line 2): the answer is "Not found."`,
	`boom (linked from /, line 5): "the handler panicked: bo\nom"`,
	`cut (linked from /, line 6): broken`,
	`nofind (linked from /, line 14): the answer is "Not found."`,
	`"a\x1bb" (linked from /, line 16): the answer is "Not found."`,
	`nope (linked from deep, line 2): the answer is "Not found."`,
	`nope2 (linked from deep, line 3): the answer is "Not found."`,
	`stuck (linked from deep, line 6): the handler goes on after its context ended`,
	strings.Repeat("x", 2049) + " (linked from deep, line 7): Request line too long.",
	`text (linked from deep): line 1: the line has no TAB, so it is no item`,
	`raw (linked from deep): line 1: the line ends in LF alone, not in CRLF`,
	`raw (linked from deep): line 2: the line has 3 of the four fields name, selector, host and port`,
	`raw (linked from deep): there is no final period`,
}

var wantPages = []string{
	"0 1  < ", "1 0 nope < ", "1 1 deep < ", "1 0 empty < ", "1 0 boom < ", "1 9 cut < ", "1 9 3.bin < ", "1 7 find < ", "1 7 shy < ", "1 7 nofind < ", "1 0 a\x1bb < ",
	"2 0 nope2 < deep", "2 1 text < deep", "2 1 raw < deep", "2 1 stuck < deep", "2 0 " + strings.Repeat("x", 2049) + " < deep",
}

// TestWalk: the report is the same for any number of jobs.
func TestWalk(t *testing.T) {
	for _, jobs := range []int{0, 1, 3, 100} {
		synctest.Test(t, func(t *testing.T) {
			defer time.Sleep(time.Hour) // until the goroutines left behind have ended
			var visited, found bytes.Buffer
			c := &crawl.Crawler{
				Fetch:   crawl.Handler(site(), quiet),
				Jobs:    jobs,
				Visited: func(p crawl.Page) { fmt.Fprintln(&visited, p) },
				Found:   func(f crawl.Finding) { fmt.Fprintln(&found, f) },
			}
			report, err := c.Walk(t.Context())
			if err != nil {
				t.Error(err)
			}
			var problems []string
			for _, f := range findings(report) {
				if !strings.Contains(f, "warning: ") && !strings.Contains(f, "control character") {
					problems = append(problems, f)
				}
			}
			if diff := cmp.Diff(wantFindings, problems); diff != "" {
				t.Errorf("%d jobs: problems (-want +got):\n%s", jobs, diff)
			}
			if diff := cmp.Diff(wantPages, pages(report)); diff != "" {
				t.Errorf("%d jobs: pages (-want +got):\n%s", jobs, diff)
			}
			if report.Elsewhere != 2 || report.More {
				t.Errorf("%d jobs: %d links elsewhere, more: %v", jobs, report.Elsewhere, report.More)
			}
			if v, f := strings.Count(visited.String(), "\n"), strings.Count(found.String(), "\n"); v != len(report.Pages) || f != len(report.Problems) {
				t.Errorf("%d jobs: Visited was called %d times, Found %d times", jobs, v, f)
			}
		})
	}
}

// TestSearchAnsweredWithText: clients read the answer to a search as a menu, so a text is
// one problem, not one in each line.
func TestSearchAnsweredWithText(t *testing.T) {
	const text = "find (linked from /): the answer to a search is read as a menu, and this is a text"
	poem := gopherframe.Text(strings.Repeat("a line\n\n\tan indented\tline\n", 20))
	for _, tt := range []struct {
		name string
		h    gopherframe.Handler
		want []string
	}{
		{"a text", answers(poem), []string{text}},
		{"an empty text", answers(gopherframe.Text("")), []string{text}},
		{"a text for a word alone", func(q *gopherframe.Request) gopherframe.Response {
			if q.Query == "" {
				return gopherframe.NotFound("Say what to look for.")
			}
			return poem
		}, []string{text}},
		{"no results", answers(menu()), nil},
		{"nothing", answers(gopherframe.Binary(nil)), []string{"find (linked from /): nothing was sent"}},
		{"a malformed menu", raw("nothing found\r\n0Help\thelp\r\n.\r\n"), []string{
			"find (linked from /): line 1: the line has no TAB, so it is no item",
			"find (linked from /): line 2: the line has 2 of the four fields name, selector, host and port",
		}},
	} {
		r := gopherframe.NewRouter()
		r.Handle("", answers(menu().Search("find", "find")))
		r.Handle("find", tt.h)
		report, err := (&crawl.Crawler{Fetch: crawl.Handler(r.Respond, quiet)}).Walk(t.Context())
		if diff := cmp.Diff(tt.want, findings(report)); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

// endless answers with menus that lead deeper and deeper.
func endless(q *gopherframe.Request) gopherframe.Response {
	return menu().Menu("a", q.Selector+"a").Menu("b", q.Selector+"b")
}

// TestWalkIsCancelled: the report keeps what was found before, and has no dead links that
// are due to the cancellation.
func TestWalkIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &crawl.Crawler{Fetch: crawl.Handler(endless, quiet), Jobs: 4}
	n := 0
	c.Visited = func(crawl.Page) {
		if n++; n == 10 {
			cancel()
		}
	}
	report, err := c.Walk(ctx)
	if !errors.Is(err, context.Canceled) || len(report.Pages) < 10 || len(report.Pages) > 14 || len(report.Problems) > 0 {
		t.Errorf("%v, %d pages, %v", err, len(report.Pages), findings(report))
	}
}

// TestDelay: requests begin a second apart, also with several jobs.
func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var asked []time.Duration
		h := func(q *gopherframe.Request) gopherframe.Response {
			asked = append(asked, time.Since(began))
			return endless(q)
		}
		c := &crawl.Crawler{Fetch: crawl.Handler(h, quiet), Jobs: 4, MaxPages: 4, Delay: time.Second}
		if _, err := c.Walk(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}, asked); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestFiles: files are not read to their end, and may be empty unless they are texts.
func TestFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(2 * time.Hour) // until the goroutines left behind have ended
		r := gopherframe.NewRouter()
		r.Handle("", answers(menu().Text("silent", "silent").Binary("empty", "silent").Binary("deaf", "deaf")))
		r.Handle("silent", answers(gopherframe.Binary(nil)))
		r.Handle("deaf", answers(&gopherframe.Stream{Type: '9', Write: func(_ context.Context, w io.Writer) error {
			io.WriteString(w, "x")
			time.Sleep(time.Hour)
			return nil
		}}))
		report, err := (&crawl.Crawler{Fetch: crawl.Handler(r.Respond, quiet)}).Walk(t.Context())
		want := []string{
			"silent (linked from /, line 1): nothing was sent",
			"deaf (linked from /, line 3): the handler goes on after its context ended",
		}
		if diff := cmp.Diff(want, findings(report)); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}
