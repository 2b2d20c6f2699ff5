package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"

	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// defaultURL is where serve listens without --listen and inherited sockets.
const defaultURL = "tcp://127.0.0.1:7000"

// open binds all sockets before one of them serves, writes a line for each to w, and
// returns the listeners. After an error, all sockets are closed.
func (c *serveCmd) open(log *slog.Logger, w io.Writer) (listeners []listen.Listener, err error) {
	public, err := parsePublicAddr(c.Public)
	if err != nil {
		return nil, err
	}
	proxies, err := parseProxies(c.ProxyProtocol)
	if err != nil {
		return nil, err
	}
	endpoints, err := c.endpoints()
	defer func() {
		if err != nil {
			for _, e := range endpoints {
				e.close()
			}
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := c.hosts.checkListeners(endpoints); err != nil {
		return nil, err
	}
	if err := c.certificate.check(endpoints); err != nil {
		return nil, err
	}
	if len(proxies) > 0 && !slices.ContainsFunc(endpoints, (*endpoint).isProxyable) {
		return nil, usageError{errors.New("--proxy-protocol is for tcp://, tls://, tls+tcp://, http:// and https://, of which --listen has none")}
	}
	theme, err := c.theme(endpoints)
	if err != nil {
		return nil, err
	}
	for _, e := range endpoints {
		if err := e.bind(); err != nil {
			return nil, err
		}
	}
	config, err := c.certificate.config(endpoints, append(c.hosts.names(), public.host), log, w)
	if err != nil {
		return nil, err
	}
	if c.Sandbox {
		if err := sandbox(c.readable(), socketDirs(endpoints)); err != nil {
			return nil, err
		}
	}
	for _, e := range endpoints {
		fmt.Fprintln(w, "listening", e)
		if e.isWeb() {
			listeners = append(listeners, c.hosts.listener(c.webListener(e, public.gopher(endpoints), theme, config, proxies, log), e))
			continue
		}
		listeners = append(listeners, c.hosts.listener(c.listener(e, public.of(e), config, proxies, log), e))
	}
	return listeners, nil
}

// endpoints returns the inherited sockets and the URLs of --listen, or of defaultURL if
// there are neither. With an error it returns the endpoints found so far, for the
// caller to close.
func (c *serveCmd) endpoints() ([]*endpoint, error) {
	endpoints, err := inheritedEndpoints()
	if err != nil {
		return endpoints, err
	}
	urls := c.Listen
	if len(urls) == 0 && len(endpoints) == 0 {
		urls = []string{defaultURL}
	}
	for _, url := range urls {
		e, err := parseEndpoint(url)
		if err != nil {
			return endpoints, err
		}
		endpoints = append(endpoints, e)
	}
	return endpoints, nil
}

// listener returns the listener for an endpoint whose socket is open.
func (c *serveCmd) listener(e *endpoint, public string, config *tls.Config, proxies proxyNets, log *slog.Logger) listen.Listener {
	stream := e.behind(proxies)
	switch e.scheme {
	case "tls", "tls+tcp":
		return &listen.TLS{Listener: stream, Ready: said, Config: config, AllowPlain: e.scheme == "tls+tcp",
			Public: public, PlainText: c.PlainText, Log: log}
	case "quic":
		return &quic.Listener{PacketConn: e.packets, Ready: said, Config: config,
			Public: public, PlainText: c.PlainText, Log: log}
	case "unix":
		return &listen.Unix{Listener: stream, Ready: said, Public: public, PlainText: c.PlainText, Log: log}
	case "stdio":
		return &listen.Stdio{Public: public, PlainText: c.PlainText, Log: log}
	}
	return &listen.TCP{Listener: stream, Ready: said, Public: public, PlainText: c.PlainText, Log: log}
}

// said is the Ready of listeners: open says where the server listens, so the log need not.
func said(net.Addr) {}

// behind returns the open socket, which expects proxies in front of it if there are any.
func (e *endpoint) behind(proxies proxyNets) net.Listener {
	if len(proxies) > 0 && e.isProxyable() {
		return &proxyListener{e.stream, proxies}
	}
	return e.stream
}
