package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/files"
	"gopherframe/gophermap"
	"gopherframe/internal/crawl"
)

// checkCmd has the flags of check.
type checkCmd struct {
	Jobs        int      `default:"4" placeholder:"N" help:"How many pages to fetch at a time. (default: ${default})"`
	Delay       duration `default:"20ms" placeholder:"TIME" help:"From the beginning of one request to that of the next; only for a URL. A bare number is seconds. (default: ${default})"`
	Timeout     duration `default:"30s" placeholder:"TIME" help:"For fetching one page. A bare number is seconds. (default: ${default})"`
	MaxPages    int      `default:"10000" placeholder:"N" help:"How many pages to fetch at most. (default: ${default})"`
	Strict      bool     `help:"Report warnings, too: menus that some clients show worse than others."`
	clientTLS   `embed:""`
	listing     `embed:""`
	explanation `embed:""`
	Public      string `placeholder:"HOST[:PORT]" help:"The address of the site in the links of DIR's gophermaps. (default: localhost:70)"`
	Target      string `arg:"" name:"url|dir" help:"Where to begin: a gopher:// URL, or a directory as serve would serve it. Links to other hosts and ports are not followed; robots.txt is not looked at."`
}

// Run walks the site and prints its problems.
func (c *checkCmd) Run(ctx context.Context) error {
	for flag, n := range map[string]int{"--jobs": c.Jobs, "--max-pages": c.MaxPages} {
		if n < 1 {
			return usageError{fmt.Errorf("%s %d: write a number of 1 or more", flag, n)}
		}
	}
	if err := c.Timeout.moreThanNothing("--timeout"); err != nil {
		return err
	}
	crawler := &crawl.Crawler{Jobs: c.Jobs, MaxPages: c.MaxPages, Timeout: time.Duration(c.Timeout)}
	out := newCheckOutput(c.Strict)
	out.isDirectory = !strings.Contains(c.Target, "://")
	var err error
	if out.isDirectory {
		err = c.inDirectory(crawler, out)
	} else {
		err = c.overNetwork(crawler)
	}
	if err != nil {
		return err
	}
	crawler.Visited, crawler.Found = out.visited, out.found
	report, stopped := crawler.Walk(ctx)
	return out.end(report, c.MaxPages, stopped)
}

// overNetwork makes the crawler fetch the pages of a server.
func (c *checkCmd) overNetwork(crawler *crawl.Crawler) error {
	if c.Public != "" {
		return usageError{errors.New("--public is for a directory: a server says itself where it is")}
	}
	if c.Explain {
		return usageError{errors.New("--explain is for a directory: a server does not show its gophermaps")}
	}
	if c.listing.given() {
		return usageError{errors.New("--title, --up, --long, --sort, --hide, --type, --header, --footer and --gophertags are for a directory: a server makes its menus itself")}
	}
	u, err := client.ParseURL(c.Target)
	if err != nil {
		return usageError{err}
	}
	if u.Query != "" {
		return usageError{fmt.Errorf("%s: write gopher://HOST[:PORT]/TSELECTOR", c.Target)}
	}
	from, err := c.clientTLS.client()
	if err != nil {
		return err
	}
	from.MaxBytes = 0 // the default: a site may be hostile, or endless
	crawler.Host, crawler.Delay = u.Host, time.Duration(c.Delay)
	crawler.Port, _ = strconv.Atoi(u.Port)
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
// serve would serve it with. Warnings of the handler, and the maps that it reads, go to out.
func (c *checkCmd) inDirectory(crawler *crawl.Crawler, out *checkOutput) error {
	public, err := parsePublicAddr(c.Public)
	if err != nil {
		return err
	}
	options, err := c.listing.options()
	if err != nil {
		return err
	}
	fsys, err := files.Dir(c.Target)
	if errors.Is(err, fs.ErrNotExist) {
		return meantAsHost(c.Target, err)
	}
	if err != nil {
		return err
	}
	if c.Explain {
		out.maps.taken = map[gophermap.Taken]bool{}
	}
	info := gopherframe.Info{Host: public.host, Log: slog.New(&out.logged)}
	info.Port, _ = strconv.Atoi(public.port)
	crawler.Host, crawler.Port = info.Host, info.Port
	crawler.Fetch = crawl.Handler(files.Server(fsys, append(options, files.Maps(out.maps.read))...), info)
	return nil
}

// meantAsHost adds the URL to write to the error of a directory that does not exist, if
// its name looks like that of a host: example.org, localhost:70.
func meantAsHost(target string, err error) error {
	host, selector, _ := strings.Cut(target, "/")
	u, bad := client.ParseURL("gopher://" + host)
	if bad != nil || host != "localhost" && !strings.ContainsAny(host, ".:") || strings.HasPrefix(host, ".") {
		return err
	}
	link := "gopher://" + host + "/" + selector
	if u.Selector = selector; selector != "" && (selector[0] < '0' || selector[0] > '9') { // it has no type
		link = u.String()
	}
	return fmt.Errorf("%w; for a server write %s", err, link)
}
