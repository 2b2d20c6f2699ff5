package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"gopherframe/listen"
	"gopherframe/listen/quic"
)

const defaultPlace = "tcp://127.0.0.1:7000"

// open binds all sockets before one of them serves, says so on w, and returns the
// listeners.
func (c *serveCmd) open(log *slog.Logger, w io.Writer) (listeners []listen.Listener, err error) {
	public, err := parsePublic(c.Public)
	if err != nil {
		return nil, err
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
	config, err := c.certificate.config(places, public.host, w)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		fmt.Fprintln(w, "listening", p)
		listeners = append(listeners, c.listener(p, public.of(p), config, from, log))
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

func (c *serveCmd) listener(p *place, public string, config *tls.Config, from proxies, log *slog.Logger) listen.Listener {
	stream := p.stream
	if len(from) > 0 && stream != nil && p.scheme != "unix" {
		stream = &proxiedListener{stream, from}
	}
	switch p.scheme {
	case "tls", "tls+tcp":
		return &listen.TLS{Listener: stream, CertFile: c.Cert, KeyFile: c.Key, Config: config, AllowPlain: p.scheme == "tls+tcp",
			Public: public, PlainText: c.PlainText, Log: log}
	case "quic":
		return &quic.Listener{PacketConn: p.packets, CertFile: c.Cert, KeyFile: c.Key, Config: config,
			Public: public, PlainText: c.PlainText, Log: log}
	case "unix":
		return &listen.Unix{Listener: stream, Public: public, PlainText: c.PlainText, Log: log}
	case "stdio":
		return &listen.Stdio{Public: public, PlainText: c.PlainText, Log: log}
	}
	return &listen.TCP{Listener: stream, Public: public, PlainText: c.PlainText, Log: log}
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
