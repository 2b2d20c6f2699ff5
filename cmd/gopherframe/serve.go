package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"slices"
	"syscall"

	"github.com/coreos/go-systemd/v22/daemon"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/middleware"
)

// serveCmd has the flags of serve.
type serveCmd struct {
	Listen        []string `sep:"none" placeholder:"URL" help:"Where to listen: tcp://HOST:PORT, tls://, tls+tcp:// (both on one port), quic://, http://, https://, unix:///PATH or stdio:. With =NAME at the end, requests that ask for no host are for that one of --host. May be given several times. (default: tcp://127.0.0.1:7000, or the sockets that systemd opened)"`
	Public        string   `placeholder:"HOST[:PORT]" help:"The address that menus advertise; without a port, that of each listener. (default: the one the client reached)"`
	certificate   `embed:""`
	programs      `embed:""`
	hosts         `embed:""`
	ProxyProtocol []string `sep:"none" placeholder:"CIDR" help:"Accept TCP and TLS connections only from proxies in this network, which send the address of the client: HAProxy's PROXY protocol. May be given several times."`
	PlainText     bool     `help:"Send text without dot-stuffing and final period."`
	Log           string   `enum:"text,json,combined,off" default:"text" placeholder:"FORMAT" help:"One line a request on stderr: ${enum}."`
	RedactIP      bool     `name:"redact-ip" help:"Log the network of a client, not its address."`
	Metrics       string   `placeholder:"HOST:PORT" help:"Serve metrics for Prometheus at this address, as /metrics over HTTP. They have nothing about single clients, but the address should not be public."`
	Cache         int64    `default:"16" placeholder:"MIB" help:"Keep up to so many MiB of small texts and menus in memory, for as long as their files do not change; 0 keeps nothing. A menu that needs more alone is made for each request. (default: ${default})"`
	listing       `embed:""`
	Theme         string `placeholder:"DIR" help:"How pages look in browsers, over http:// and https://: templates and a stylesheet. See docs/web.md."`
	WebProxy      string `placeholder:"URL" help:"Where links of these pages to other Gopher servers lead: the beginning of the URLs of a proxy. (default: gopher:// links)"`
	Sandbox       bool   `help:"Once it listens, let the server read the sites and the directories of the certificates, for --users those of the accounts and homes, and nothing else: Landlock, on Linux."`
	Dir           string `arg:"" optional:"" default:"." help:"The directory to serve, to those who ask for no name of --host. (default: the current one)"`
}

// maxCache is how many MiB --cache may say, so that they can be counted in bytes: a TiB.
const maxCache = 1 << 20

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context) error {
	if c.Cache < 0 || c.Cache > maxCache {
		return usageError{fmt.Errorf("--cache %d: write a number of MiB from 0 to %d", c.Cache, maxCache)}
	}
	listing, err := c.listing.options()
	if err != nil {
		return err
	}
	if err := c.programs.check(c.Sandbox, c.hosts.Users); err != nil {
		return err
	}
	// The server outlives its terminal and the reader of its log.
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	sites, err := c.hosts.sites(c.Dir)
	if err != nil {
		return err
	}
	stderr := newLogBuffer(errorOutput(), func(w io.Writer, lines int) {
		newLogger(c.Log, w).Warn("gopherframe: the log was not read, and lines were dropped", "lines", lines)
	})
	defer stderr.Close()
	log := newLogger(c.Log, stderr)
	slog.SetDefault(log) // for what libraries log
	programs, err := c.programs.options()
	if err != nil {
		return err
	}
	h, metrics, err := c.app(sites, append(listing, programs...), log, stderr)
	if err != nil {
		return err
	}
	listeners, err := c.open(log, stderr)
	if err != nil {
		return err
	}
	if metrics != nil {
		fmt.Fprintln(stderr, "listening metrics", metrics.ln.Addr())
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

// app returns the handler of the sites, and a listener for --metrics if it is given.
func (c *serveCmd) app(sites []hostDir, options []files.Option, log *slog.Logger, stderr io.Writer) (h gopherframe.Handler, metrics *metrics, err error) {
	options = slices.Concat(c.hosts.options(), options, []files.Option{files.Cache(c.Cache << 20 / int64(len(sites)))})
	byName := map[string]gopherframe.Handler{}
	for _, s := range sites {
		r := gopherframe.NewRouter()
		r.Use(middleware.Recoverer, middleware.GopherPlus, middleware.HTTPCourtesy, middleware.RedirectURL)
		r.Mount("", files.Server(s.fsys, options...))
		byName[s.host] = r.Respond
	}
	h = c.hosts.note(middleware.Unescape(gopherframe.Hosts(byName)))
	// Around Unescape, which may ask twice, so that an exchange is logged and counted once.
	if c.Metrics != "" {
		if metrics, err = openMetrics(c.Metrics); err != nil {
			return nil, nil, err
		}
		h = middleware.Metrics(metrics)(h)
	}
	return middleware.Logger(log, logOptions(c.Log, c.RedactIP, stderr)...)(h), metrics, nil
}
