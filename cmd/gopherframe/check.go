package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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

type checkCmd struct {
	Jobs     int           `default:"4" placeholder:"N" help:"How many pages to ask for at a time. (default: ${default})"`
	Delay    time.Duration `default:"20ms" placeholder:"TIME" help:"From one request to the next; only for a URL. (default: ${default})"`
	Timeout  time.Duration `default:"30s" placeholder:"TIME" help:"For one page. (default: ${default})"`
	MaxPages int           `default:"10000" placeholder:"N" help:"How many pages to ask for at most. (default: ${default})"`
	Strict   bool          `help:"Report, too, what only some clients show worse."`
	trust    `embed:""`
	Public   string `placeholder:"HOST[:PORT]" help:"The address of the site in the gophermaps of DIR. (default: localhost:70)"`
	Target   string `arg:"" name:"url|dir" help:"Where to begin: a gopher:// URL, or a directory as serve would show it. Links to other hosts and ports are not followed; robots.txt is not asked."`
}

// Run walks the site.
func (c *checkCmd) Run(ctx context.Context) error {
	if c.Jobs < 1 || c.MaxPages < 1 || c.Delay < 0 || c.Timeout <= 0 {
		return usageError{errors.New("--jobs, --max-pages and --timeout must be more than 0, --delay not less")}
	}
	crawler := &crawl.Crawler{Jobs: c.Jobs, MaxPages: c.MaxPages, Timeout: c.Timeout}
	logged := &warningLog{}
	var err error
	if strings.Contains(c.Target, "://") {
		err = c.overNetwork(crawler)
	} else {
		err = c.inDirectory(crawler, logged)
	}
	if err != nil {
		return err
	}
	out := newCheckOutput(c.Strict)
	crawler.Visited, crawler.Found = out.visited, out.found
	report, stopped := crawler.Walk(ctx)
	for _, line := range logged.lines() {
		out.problem(line)
	}
	return out.end(report, stopped)
}

// overNetwork sets the crawler up for a site that is asked with package client.
func (c *checkCmd) overNetwork(crawler *crawl.Crawler) error {
	if c.Public != "" {
		return usageError{errors.New("--public is for a directory: a server says itself where it is")}
	}
	u, err := client.ParseURL(c.Target)
	if err != nil {
		return usageError{err}
	}
	port, err := strconv.ParseUint(u.Port, 10, 16)
	if err != nil || u.Query != "" {
		return usageError{fmt.Errorf("%s: write gopher://HOST[:PORT]/TSELECTOR", c.Target)}
	}
	from, err := c.trust.client()
	if err != nil {
		return err
	}
	from.MaxBytes = 0 // a site may be hostile, or endless
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

// inDirectory sets the crawler up for a directory, as serve serves it.
func (c *checkCmd) inDirectory(crawler *crawl.Crawler, log *warningLog) error {
	info := gopherframe.Info{Log: slog.New(log)}
	public, err := parsePublicAddr(c.Public)
	if err != nil {
		return err
	}
	info.Host = public.host
	info.Port, _ = strconv.Atoi(public.port)
	fsys, err := files.Dir(c.Target)
	if err != nil {
		return err
	}
	crawler.Host, crawler.Port = info.Host, info.Port
	crawler.Fetch = crawl.Handler(files.Server(fsys), info)
	return nil
}

// A checkOutput prints what is found as it is found, and how far the walk is on
// stderr if that is a terminal.
type checkOutput struct {
	strict   bool
	progress *progress
	pages    int
	problems int
}

func newCheckOutput(strict bool) *checkOutput {
	return &checkOutput{strict: strict, progress: newProgress(io.Discard)}
}

func (o *checkOutput) visited(crawl.Page) {
	o.pages++
	o.progress.say("%d pages, %d problems", o.pages, o.problems)
}

func (o *checkOutput) found(f crawl.Finding) {
	if o.strict || f.Problem.Severity == lint.Error {
		f.Problem.Text = withoutPackage(f.Problem.Text)
		o.problem(f.String())
	}
}

func (o *checkOutput) problem(line string) {
	o.problems++
	o.progress.clear()
	fmt.Println(harmless.Text(line))
}

// end says what it comes to, on stderr. The error is that there are problems, or
// that not all was looked at.
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

// count returns a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return cmp.Or(map[int]string{0: "no"}[n], strconv.Itoa(n)) + " " + thing
}
