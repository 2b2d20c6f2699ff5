package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/coreos/go-systemd/v22/daemon"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/middleware"
)

// serveCmd has the flags of serve, in groups of the help.
type serveCmd struct {
	Dir string `arg:"" optional:"" default:"." help:"The directory to serve, to those who ask for no name of --host. (default: the current one)"`

	listening     `embed:"" group:"Listening"`
	certificate   `embed:"" group:"Certificate, for TLS and QUIC"`
	listing       `embed:"" group:"Listings of directories"`
	hosts         `embed:"" group:"Hosts and users"`
	programs      `embed:"" group:"Programs"`
	Cache         int64   `group:"Site" default:"16" placeholder:"MIB" help:"Keep up to so many MiB of small texts and menus in memory, for as long as their files do not change; 0 keeps nothing. A menu that needs more alone is made for each request. (default: ${default})"`
	Charset       charset `group:"Site" placeholder:"NAME" help:"Convert menus, and texts of at most 64 KiB in UTF-8, to this charset, as iso-8859-1. Larger texts and those in another charset stay as they are. (default: utf-8)"`
	Robots        string  `group:"Site" placeholder:"FILE" help:"Answer robots.txt, which crawlers read, with this file."`
	caps          `embed:"" group:"Site"`
	limiting      `embed:"" group:"Limits"`
	pages         `embed:"" group:"Pages for browsers, over http:// and https://"`
	logging       `embed:"" group:"Log"`
	Metrics       string `group:"Log" placeholder:"HOST:PORT" help:"Serve metrics for Prometheus at this address, as /metrics over HTTP. They have nothing about single clients, but the address should not be public."`
	configuration `embed:"" group:"Configuration"`
}

// maxCache is how many MiB --cache may say, so that they can be counted in bytes: a TiB.
const maxCache = 1 << 20

// Run serves until ctx ends, or prints the configuration.
func (c *serveCmd) Run(ctx context.Context, command *kong.Context) error {
	if c.PrintConfig {
		return printConfig(command.Stdout, command.Selected())
	}
	// The server outlives its terminal and the reader of its log.
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	log := newServeLog(c.Log)
	defer log.Close()
	err := log.open(&c.logging)
	if err == nil {
		slog.SetDefault(log.Logger) // for what libraries log
		err = c.serve(ctx, log)
	}
	return log.report(c.explain(err))
}

// serve serves until ctx ends.
func (c *serveCmd) serve(ctx context.Context, log *serveLog) error {
	if c.Cache < 0 || c.Cache > maxCache {
		return usageError{fmt.Errorf("--cache %d: write a number of MiB from 0 to %d", c.Cache, maxCache)}
	}
	if err := c.limiting.check(); err != nil {
		return err
	}
	if err := c.programs.check(c.Sandbox, c.hosts.Users); err != nil {
		return err
	}
	options, err := c.listing.options()
	if err != nil {
		return err
	}
	sites, err := c.hosts.sites(c.Dir)
	if err != nil {
		return err
	}
	programs, err := c.programs.options()
	if err != nil {
		return err
	}
	options = slices.Concat(options, programs, c.hosts.options(), []files.Option{files.Cache(c.Cache << 20 / int64(len(sites)))})
	h, metrics, err := c.app(sites, options, log)
	if err != nil {
		return err
	}
	listeners, err := c.open(log)
	if err != nil {
		return err
	}
	if metrics != nil {
		log.sayListening("metrics", metrics.ln.Addr().String())
		listeners = append(listeners, metrics)
	}
	return runNotifying(ctx, h, listeners)
}

// runNotifying is listen.Run for a service of systemd, which it tells when the service
// is ready and, before the listeners begin to drain, that it stops: with nothing to
// drain the process ends at once. Without systemd, nobody is told.
func runNotifying(ctx context.Context, h gopherframe.Handler, listeners []listen.Listener) error {
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() {
		daemon.SdNotify(false, daemon.SdNotifyStopping)
		stop()
	})()
	daemon.SdNotify(false, daemon.SdNotifyReady)
	return listen.Run(serving, h, listeners...)
}

// app returns the handler of the sites, and a listener for --metrics if it is given. All
// that stands around the sites is here, in the order of docs/middleware.md.
func (c *serveCmd) app(sites []hostDir, options []files.Option, log *serveLog) (h gopherframe.Handler, metrics *metrics, err error) {
	var robots []byte
	if c.Robots != "" {
		if robots, err = os.ReadFile(c.Robots); err != nil {
			return nil, nil, fmt.Errorf("--robots: %w", err)
		}
	}
	byName := map[string]gopherframe.Handler{}
	for _, s := range sites {
		r := gopherframe.NewRouter()
		r.Use(middleware.Recoverer, middleware.GopherPlus, middleware.HTTPCourtesy, middleware.RedirectURL)
		r.Use(c.caps.answer(c.Charset.name), c.Charset.convert)
		if c.Robots != "" {
			r.Handle("robots.txt", func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text(robots) })
		}
		r.Mount("", files.Server(s.fsys, options...))
		byName[s.host] = r.Respond
	}
	h = c.hosts.note(middleware.Unescape(gopherframe.Hosts(byName)))
	// Around Unescape, which may ask twice, so that an exchange is limited, counted and
	// logged once.
	h = c.Rate.limit(h)
	if c.Metrics != "" {
		if metrics, err = openMetrics(c.Metrics); err != nil {
			return nil, nil, err
		}
		h = middleware.Metrics(metrics)(h)
	}
	return log.requests(h), metrics, nil
}
