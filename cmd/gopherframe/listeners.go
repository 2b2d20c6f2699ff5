package main

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"slices"

	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// A listening is the flags that say where serve listens, and how.
type listening struct {
	Listen        []string `sep:"none" placeholder:"URL" help:"Where to listen: tcp://HOST:PORT, tls://, tls+tcp:// (both on one port), quic://, http://, https://, unix:///PATH or stdio:. With =NAME at the end, requests that ask for no host are for that one of --host. May be given several times. (default: tcp://127.0.0.1:7000, or the sockets that systemd opened)"`
	Public        string   `placeholder:"HOST[:PORT]" help:"The address that menus advertise; without a port, that of each listener. (default: the one the client reached)"`
	ProxyProtocol []string `sep:"none" placeholder:"CIDR" help:"Accept TCP and TLS connections only from proxies in this network, which send the address of the client: HAProxy's PROXY protocol. May be given several times."`
	PlainText     bool     `help:"Send text without dot-stuffing and final period."`
}

// defaultURL is where serve listens without --listen and inherited sockets.
const defaultURL = "tcp://127.0.0.1:7000"

// open binds all sockets before one of them serves, says a line for each, and returns the
// listeners. After an error, all sockets are closed.
func (c *serveCmd) open(log *serveLog) (listeners []listen.Listener, err error) {
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
	if isStdio := func(e *endpoint) bool { return e.scheme == "stdio" }; c.Log == "combined" && c.LogFile == "" && slices.ContainsFunc(endpoints, isStdio) {
		return nil, usageError{errors.New("--log combined writes to stdout, which stdio: has for the client: add --log-file FILE")}
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
	config, err := c.certificate.config(endpoints, append(c.hosts.names(), public.host), log)
	if err != nil {
		return nil, err
	}
	if c.Sandbox {
		if err := sandbox(c.readable(), c.writable(), socketDirs(endpoints)); err != nil {
			return nil, err
		}
	}
	for _, e := range endpoints {
		log.sayListening(e.scheme, e.address())
		if e.isWeb() {
			listeners = append(listeners, c.hosts.listener(c.webListener(e, public.gopher(endpoints), theme, config, proxies, log.Logger), e))
			continue
		}
		listeners = append(listeners, c.hosts.listener(c.listener(e, public.of(e), config, proxies, log.Logger), e))
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
			Public: public, PlainText: c.PlainText, Limits: c.limits(), Log: log}
	case "quic":
		return &quic.Listener{PacketConn: e.packets, Ready: said, Config: config,
			Public: public, PlainText: c.PlainText, Limits: c.limits(), Log: log}
	case "unix":
		return &listen.Unix{Listener: stream, Ready: said, Public: public, PlainText: c.PlainText, Limits: c.limits(), Log: log}
	case "stdio":
		return &listen.Stdio{Public: public, PlainText: c.PlainText, Limits: c.limits(), Log: log}
	}
	return &listen.TCP{Listener: stream, Ready: said, Public: public, PlainText: c.PlainText, Limits: c.limits(), Log: log}
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
