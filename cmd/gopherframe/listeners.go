package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"

	"gopherframe/listen"
	"gopherframe/listen/quic"
)

const defaultPlace = "tcp://127.0.0.1:7000"

// open binds all sockets before one of them serves, says so on w, and returns the
// listeners.
func (c *serveCmd) open(log *slog.Logger, w io.Writer) (listeners []listen.Listener, err error) {
	if c.Public != "" {
		if err := checkPublic(c.Public); err != nil {
			return nil, err
		}
	}
	from, err := parseProxies(c.ProxyProtocol)
	if err != nil {
		return nil, err
	}
	places, err := c.places()
	defer func() {
		if err != nil {
			for _, p := range places {
				p.close()
			}
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := c.certificate.check(places); err != nil {
		return nil, err
	}
	if err := checkProxies(from, places); err != nil {
		return nil, err
	}
	for _, p := range places {
		if err := p.bind(); err != nil {
			return nil, err
		}
	}
	config, err := c.certificate.config(places, c.Public, w)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		fmt.Fprintln(w, "listening", p)
		listeners = append(listeners, c.listener(p, config, from, log))
	}
	return listeners, nil
}

// places returns where to listen: where we were told to, and on the sockets that we
// were given.
func (c *serveCmd) places() ([]*place, error) {
	places, err := inherited()
	if err != nil {
		return places, err
	}
	urls := c.Listen
	if len(urls) == 0 && len(places) == 0 {
		urls = []string{defaultPlace}
	}
	for _, text := range urls {
		p, err := parsePlace(text)
		if err != nil {
			return places, err
		}
		places = append(places, p)
	}
	return places, nil
}

func (c *serveCmd) listener(p *place, config *tls.Config, from proxies, log *slog.Logger) listen.Listener {
	stream := p.stream
	if len(from) > 0 && stream != nil && p.scheme != "unix" {
		stream = &proxiedListener{stream, from}
	}
	switch p.scheme {
	case "tls", "tls+tcp":
		return &listen.TLS{Listener: stream, CertFile: c.Cert, KeyFile: c.Key, Config: config, AllowPlain: p.scheme == "tls+tcp",
			Public: c.Public, PlainText: c.PlainText, Log: log}
	case "quic":
		return &quic.Listener{PacketConn: p.packets, CertFile: c.Cert, KeyFile: c.Key, Config: config,
			Public: c.Public, PlainText: c.PlainText, Log: log}
	case "unix":
		return &listen.Unix{Listener: stream, Public: c.Public, PlainText: c.PlainText, Log: log}
	case "stdio":
		return &listen.Stdio{Public: c.Public, PlainText: c.PlainText, Log: log}
	}
	return &listen.TCP{Listener: stream, Public: c.Public, PlainText: c.PlainText, Log: log}
}

// isOdd reports whether no name of a host has the character.
func isOdd(r rune) bool { return r <= ' ' || r == '/' || r == 0x7F }

// checkPublic finds out before anything is bound what the listeners would say
// after it.
func checkPublic(public string) error {
	host, port, err := net.SplitHostPort(public)
	if number, _ := strconv.ParseUint(port, 10, 16); err != nil || host == "" || number == 0 || strings.ContainsFunc(host, isOdd) {
		return usageError{fmt.Errorf("--public %q: write HOST:PORT", public)}
	}
	return nil
}

// checkProxies returns an error if no proxy can come.
func checkProxies(from proxies, places []*place) error {
	if len(from) == 0 {
		return nil
	}
	for _, p := range places {
		if p.scheme == "tcp" || p.scheme == "tls" || p.scheme == "tls+tcp" {
			return nil
		}
	}
	return usageError{errors.New("--proxy-protocol is for tcp://, tls:// and tls+tcp://, of which --listen has none")}
}
