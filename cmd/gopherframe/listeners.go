package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"

	"gopherframe/listen"
)

// open binds all listeners before one of them serves, and returns what to say of
// each.
func (c *serveCmd) open(log *slog.Logger) (listeners []listen.Listener, ready []string, err error) {
	var bound []net.Listener
	defer func() {
		if err != nil {
			for _, ln := range bound {
				ln.Close()
			}
		}
	}()
	if err := c.checkPublic(); err != nil {
		return nil, nil, err
	}
	for _, text := range c.Listen {
		u, err := url.Parse(text)
		if err != nil {
			return nil, nil, usageError{fmt.Errorf("--listen %q: %w", text, err)}
		}
		switch u.Scheme {
		case "tcp":
			port := cmp.Or(u.Port(), "70")
			if _, err := strconv.ParseUint(port, 10, 16); err != nil || u.Host == "" || text != "tcp://"+u.Host {
				return nil, nil, usageError{fmt.Errorf("--listen %q: write tcp://HOST:PORT, or tcp://:PORT for all addresses", text)}
			}
			ln, err := net.Listen("tcp", net.JoinHostPort(u.Hostname(), port))
			if err != nil {
				return nil, nil, fmt.Errorf("--listen %q: %w", text, err)
			}
			bound = append(bound, ln)
			listeners = append(listeners, &listen.TCP{Listener: ln, Public: c.Public, PlainText: c.PlainText, Log: log})
			ready = append(ready, "tcp "+ln.Addr().String())
		case "stdio":
			if text != "stdio:" {
				return nil, nil, usageError{fmt.Errorf("--listen %q: write stdio: with nothing behind it", text)}
			}
			listeners = append(listeners, &listen.Stdio{Public: c.Public, PlainText: c.PlainText, Log: log})
			ready = append(ready, "stdio")
		default:
			return nil, nil, usageError{fmt.Errorf("--listen %q: stdio: and tcp://HOST:PORT are known", text)}
		}
	}
	return listeners, ready, nil
}

// isOdd reports whether no name of a host has the character.
func isOdd(r rune) bool { return r <= ' ' || r == '/' || r == 0x7F }

// checkPublic finds out before anything is bound what the listeners would say
// after it.
func (c *serveCmd) checkPublic() error {
	if c.Public == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(c.Public)
	if number, _ := strconv.ParseUint(port, 10, 16); err != nil || host == "" || number == 0 || strings.ContainsFunc(host, isOdd) {
		return usageError{fmt.Errorf("--public %q: write HOST:PORT", c.Public)}
	}
	return nil
}
