package gophertest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/gophertest"
)

func TestCrawler(t *testing.T) {
	h := func(q *gopherframe.Request) gopherframe.Response {
		if q.Selector == "panics" {
			panic("boom")
		}
		return gopherframe.NewMenu().
			Menu("deeper", q.Selector+"x").
			Text("panics", "panics").
			Add(gopherframe.Item{Type: 'Z', Name: "elsewhere", Selector: "x", Host: "localhost", Port: 70})
	}
	info := quiet
	info.Host, info.Port = "gopher.example", 7070
	report := (&gophertest.Crawler{Info: info, MaxDepth: 1}).Crawl(h)
	rare := gophertest.Problem{Line: 3, Severity: gophertest.Warning, Text: "not all clients know the type 'Z'"}
	want := &gophertest.Report{
		Pages: []gophertest.Page{
			{Type: '1', Selector: "", From: "", Depth: 0},
			{Type: '1', Selector: "x", From: "", Depth: 1},
			{Type: '0', Selector: "panics", From: "", Depth: 1},
		},
		Problems: []gophertest.Finding{
			{Type: '0', Selector: "panics", From: "", Problem: gophertest.Problem{Text: "the handler panicked: boom"}},
			{Type: '1', Selector: "", From: "", Problem: rare},
			{Type: '0', Selector: "panics", From: "x", Problem: gophertest.Problem{Text: "the handler panicked: boom"}},
			{Type: '1', Selector: "x", From: "", Problem: rare},
		},
		Elsewhere: 2,
		More:      true,
	}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len((&gophertest.Crawler{Info: info, MaxPages: 7}).Crawl(h).Pages); n != 7 {
		t.Errorf("MaxPages 7: %d pages", n)
	}
}

func TestReportErr(t *testing.T) {
	warned := &gophertest.Report{Problems: []gophertest.Finding{{Problem: gophertest.Problem{Severity: gophertest.Warning, Text: "rare"}}}}
	if err := warned.Err(); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	report := gophertest.Crawl(answers(gopherframe.NotFound("")))
	if err := report.Err(); err == nil || err.Error() != `/: the answer is "Not found."` {
		t.Errorf("a dead root: %v", err)
	}
}

func TestLint(t *testing.T) {
	want := []gophertest.Problem{
		{Line: 1, Severity: gophertest.Error, Text: "the port is empty"},
		{Line: 0, Severity: gophertest.Error, Text: "there is no final period"},
	}
	if diff := cmp.Diff(want, gophertest.Lint([]byte("0A\ta\th\t\r\n"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
