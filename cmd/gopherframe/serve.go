package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os/signal"
	"syscall"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/middleware"
)

type serveCmd struct {
	Listen    []string `sep:"none" placeholder:"URL" default:"tcp://127.0.0.1:7000" help:"Where to listen: tcp://HOST:PORT or stdio:. May be given several times. (default: ${default})"`
	Public    string   `placeholder:"HOST:PORT" help:"The address that menus advertise. (default: the one the client reached)"`
	PlainText bool     `help:"Send text without dot-stuffing and final period."`
	Log       string   `enum:"text,json,combined,off" default:"text" placeholder:"FORMAT" help:"One line a request on stderr: ${enum}."`
	Dir       string   `arg:"" optional:"" default:"." help:"The directory to serve. (default: the current one)"`
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context) error {
	// Neither a closed terminal nor a reader of the log that went ends a server.
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	fsys, err := gopherframe.Dir(c.Dir)
	if err != nil {
		return err
	}
	stderr := errorOutput()
	log := newLogger(c.Log, stderr)
	listeners, ready, err := c.open(log)
	if err != nil {
		return err
	}
	for _, line := range ready {
		fmt.Fprintln(stderr, "listening", line)
	}
	return listen.Run(ctx, c.app(fsys, log), listeners...)
}

// app returns the site.
func (c *serveCmd) app(fsys fs.FS, log *slog.Logger) gopherframe.Handler {
	r := gopherframe.NewRouter()
	r.Use(middleware.Logger(log), middleware.Recoverer)
	r.Mount("", gopherframe.FileServer(fsys))
	return r.Respond
}
