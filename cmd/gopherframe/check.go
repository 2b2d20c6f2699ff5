package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/files"
	"gopherframe/internal/crawl"
	"gopherframe/internal/harmless"
	"gopherframe/internal/lint"
)

// checkCmd has the flags of check.
type checkCmd struct {
	Jobs      int           `default:"4" placeholder:"N" help:"How many pages to fetch at a time. (default: ${default})"`
	Delay     time.Duration `default:"20ms" placeholder:"TIME" help:"From the beginning of one request to that of the next; only for a URL. (default: ${default})"`
	Timeout   time.Duration `default:"30s" placeholder:"TIME" help:"For fetching one page. (default: ${default})"`
	MaxPages  int           `default:"10000" placeholder:"N" help:"How many pages to fetch at most. (default: ${default})"`
	Strict    bool          `help:"Report warnings, too: menus that some clients show worse than others."`
	clientTLS `embed:""`
	listing   `embed:""`
	Public    string `placeholder:"HOST[:PORT]" help:"The address of the site in the links of DIR's gophermaps. (default: localhost:70)"`
	Target    string `arg:"" name:"url|dir" help:"Where to begin: a gopher:// URL, or a directory as serve would serve it. Links to other hosts and ports are not followed; robots.txt is not looked at."`
}

// Run walks the site and prints its problems.
func (c *checkCmd) Run(ctx context.Context) error {
	if c.Jobs < 1 || c.MaxPages < 1 || c.Delay < 0 || c.Timeout <= 0 {
		return usageError{errors.New("--jobs, --max-pages and --timeout must be more than 0, --delay not less")}
	}
	crawler := &crawl.Crawler{Jobs: c.Jobs, MaxPages: c.MaxPages, Timeout: c.Timeout}
	out := newCheckOutput(c.Strict)
	logged := &warningLog{}
	var err error
	if strings.Contains(c.Target, "://") {
		err = c.overNetwork(crawler)
	} else {
		out.maps.fsys, err = c.inDirectory(crawler, logged)
	}
	if err != nil {
		return err
	}
	crawler.Visited, crawler.Found = out.visited, out.found
	report, stopped := crawler.Walk(ctx)
	for _, line := range logged.lines() {
		out.problem(line)
	}
	return out.end(report, stopped)
}

// overNetwork makes the crawler fetch the pages of a server.
func (c *checkCmd) overNetwork(crawler *crawl.Crawler) error {
	if c.Public != "" {
		return usageError{errors.New("--public is for a directory: a server says itself where it is")}
	}
	if c.listing.given() {
		return usageError{errors.New("--title, --up, --long, --sort, --hide, --type, --header and --footer are for a directory: a server makes its menus itself")}
	}
	u, err := client.ParseURL(c.Target)
	if err != nil {
		return usageError{err}
	}
	port, err := strconv.ParseUint(u.Port, 10, 16)
	if err != nil || u.Query != "" {
		return usageError{fmt.Errorf("%s: write gopher://HOST[:PORT]/TSELECTOR", c.Target)}
	}
	from, err := c.clientTLS.client()
	if err != nil {
		return err
	}
	from.MaxBytes = 0 // the default: a site may be hostile, or endless
	crawler.Host, crawler.Port, crawler.Delay = u.Host, int(port), c.Delay
	crawler.Start = crawl.Link{Type: u.Type, Selector: u.Selector}
	crawler.Fetch = func(ctx context.Context, typ gopherframe.ItemType, fields ...string) (io.ReadCloser, error) {
		page := *u
		page.Type, page.Selector, page.Query = typ, fields[0], strings.Join(fields[1:], "\t")
		answer, err := from.Get(ctx, page.String())
		if err != nil {
			return nil, explain(err)
		}
		return answer, nil
	}
	return nil
}

// inDirectory makes the crawler fetch the pages of a directory from the handler that
// serve would serve it with, and returns the directory. Warnings of the handler go to
// log.
func (c *checkCmd) inDirectory(crawler *crawl.Crawler, log *warningLog) (fs.FS, error) {
	public, err := parsePublicAddr(c.Public)
	if err != nil {
		return nil, err
	}
	options, err := c.listing.options()
	if err != nil {
		return nil, err
	}
	fsys, err := files.Dir(c.Target)
	if err != nil {
		return nil, err
	}
	info := gopherframe.Info{Host: public.host, Log: slog.New(log)}
	info.Port, _ = strconv.Atoi(public.port)
	crawler.Host, crawler.Port = info.Host, info.Port
	crawler.Fetch = crawl.Handler(files.Server(fsys, options...), info)
	return fsys, nil
}

// A checkOutput prints problems on stdout as they are found. If stderr is a terminal, it
// shows there how far the walk is.
type checkOutput struct {
	strict   bool
	maps     mapLines
	printed  map[string]bool // the problems in gophermaps
	progress *progress
	pages    int
	problems int
}

func newCheckOutput(strict bool) *checkOutput {
	return &checkOutput{strict: strict, printed: map[string]bool{}, progress: newProgress(io.Discard)}
}

// visited is called for each page.
func (o *checkOutput) visited(crawl.Page) {
	o.pages++
	o.progress.show("%d pages, %d problems", o.pages, o.problems)
}

// found is called for each problem of a page.
func (o *checkOutput) found(f crawl.Finding) {
	if !o.strict && f.Problem.Severity != lint.Error {
		return
	}
	f.Problem.Text = withoutPackage(f.Problem.Text)
	file, line := o.maps.find(f.Selector, f.Problem.Line)
	if line == 0 {
		o.problem(f.String())
		return
	}
	f.Problem.Line = line
	text := harmless.Quoted(file) + ": " + f.Problem.String()
	if !o.printed[text] { // the same menu may have several selectors: "docs" and "/docs"
		o.printed[text] = true
		o.problem(text)
	}
}

// problem counts and prints a problem.
func (o *checkOutput) problem(line string) {
	o.problems++
	o.progress.clear()
	fmt.Println(harmless.Text(line))
}

// end prints the result on stderr, or returns it as an error if there are problems or if
// the walk was stopped.
func (o *checkOutput) end(report *crawl.Report, stopped error) error {
	o.progress.clear()
	sum := fmt.Sprintf("%s on %s", count(o.problems, "problem"), count(o.pages, "page"))
	if report.Elsewhere > 0 {
		sum += fmt.Sprintf("; %s elsewhere not followed", count(report.Elsewhere, "link"))
	}
	if report.More {
		sum += "; there are more pages than --max-pages"
	}
	switch {
	case stopped != nil:
		return fmt.Errorf("stopped: %s", sum)
	case o.problems > 0:
		return errors.New(sum)
	}
	fmt.Fprintln(os.Stderr, "gopherframe:", sum)
	return nil
}

// count returns "no problems", "1 problem", "2 problems".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return cmp.Or(map[int]string{0: "no"}[n], strconv.Itoa(n)) + " " + thing
}
