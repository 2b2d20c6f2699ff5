package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"gopherframe/listen"
	"gopherframe/listen/web"
)

// theme checks the flags for pages, and reads the theme of --theme, nil if none is given.
func (c *serveCmd) theme(endpoints []*endpoint) (*web.Theme, error) {
	if (c.Theme != "" || c.WebProxy != "") && !slices.ContainsFunc(endpoints, (*endpoint).isWeb) {
		return nil, usageError{errors.New("--theme and --web-proxy are for http:// and https://, of which --listen has none")}
	}
	if err := (web.Config{Proxy: c.WebProxy}).Check(); err != nil {
		return nil, usageError{fmt.Errorf("--web-proxy: %w", err)}
	}
	if c.Theme == "" {
		return nil, nil
	}
	dir, err := os.OpenRoot(c.Theme)
	if err != nil {
		return nil, fmt.Errorf("--theme: %w", err)
	}
	defer dir.Close()
	theme, err := web.ParseTheme(dir.FS())
	if err != nil {
		return nil, fmt.Errorf("--theme %s: %w", c.Theme, err)
	}
	return theme, nil
}

// webListener returns the listener for browsers. gopher is where the site speaks Gopher.
func (c *serveCmd) webListener(e *endpoint, gopher string, theme *web.Theme, config *tls.Config, proxies proxyNets, log *slog.Logger) listen.Listener {
	l := &web.Listener{Listener: e.behind(proxies), Ready: said, Public: gopher, Theme: theme, Proxy: c.WebProxy, Log: log}
	if e.scheme == "https" {
		l.Config = config
	}
	return l
}
