package client

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopherframe"
	"gopherframe/internal/framing"
)

// A URL is a gopher URL in its parts: RFC 4266.
type URL struct {
	Scheme   string // "gopher", "gophers" (TLS) or "gopher+quic"
	Host     string // a name or an address; an IPv6 address has no brackets
	Port     string // "70" if the URL has none
	Type     gopherframe.ItemType
	Selector string
	Query    string // the words of a search, which follow %09 in the URL
}

var defaultPort = strconv.Itoa(framing.DefaultPort)

// schemes can be fetched.
var schemes = []string{"gopher", "gophers", "gopher+quic"}

// ParseURL parses gopher://host:port/Tselector, where T is the item type, or the same with
// gophers:// or gopher+quic://. %09 and the query of a search may follow the selector. A
// URL without a path is that of the menu with the selector "". URLs are refused that name
// no host, have a user name or a port beyond 65535, ask for Gopher+ or have a CR, LF or NUL
// in the selector.
func ParseURL(text string) (*URL, error) {
	u, err := url.Parse(text)
	if err != nil && strings.Contains(text, "://") {
		return nil, fmt.Errorf("client: %w", err)
	}
	if err != nil || !slices.Contains(schemes, u.Scheme) { // "10.0.0.1:70" does not parse
		return nil, fmt.Errorf("client: cannot fetch %q: the URL must begin with gopher://, gophers:// or gopher+quic://", text)
	}
	if u.User != nil {
		return nil, fmt.Errorf("client: %q: there are no names and passwords in Gopher", text)
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("client: %q has no host: write gopher://host/", text)
	}
	if strings.ContainsAny(u.Hostname(), ":[]") && !strings.HasPrefix(u.Host, "[") {
		return nil, fmt.Errorf("client: %q: write an IPv6 address in brackets, as in gopher://[::1]/", text)
	}
	if _, zone, _ := strings.Cut(u.Host, "%"); strings.ContainsFunc(zone, isNotASCII) { // RFC 6874; url.Parse takes it bare, but not escaped
		return nil, fmt.Errorf("client: %q: the zone of an address is an interface, as in gopher://[fe80::1%%25eth0]/", text)
	}
	if port, err := strconv.ParseUint(cmp.Or(u.Port(), defaultPort), 10, 16); err != nil || port == 0 {
		return nil, fmt.Errorf("client: %q: a port is a number from 1 to 65535", text)
	}
	// Gopher URLs have no query and no fragment: "?" and "#" are parts of the selector.
	path := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		path += "#" + u.EscapedFragment()
	}
	path, err = url.PathUnescape(path)
	if err != nil {
		return nil, fmt.Errorf("client: %q: %w", text, err)
	}
	if strings.ContainsAny(path, "\r\n\x00") {
		return nil, fmt.Errorf("client: %q cannot be asked for: a request has no room for CR, LF and NUL", text)
	}
	t := &URL{Scheme: u.Scheme, Host: u.Hostname(), Port: u.Port(), Type: gopherframe.TypeMenu}
	if t.Port == "" {
		t.Port = defaultPort
	}
	if path = strings.TrimPrefix(path, "/"); path != "" {
		t.Type = gopherframe.ItemType(path[0])
		t.Selector, t.Query, _ = strings.Cut(path[1:], "\t")
	}
	if strings.Contains(t.Query, "\t") {
		return nil, fmt.Errorf("client: %q: Gopher+ is not supported: there may be only one %%09", text)
	}
	return t, nil
}

func isNotASCII(r rune) bool { return r >= utf8.RuneSelf }

// Link returns the URL that an item of the menu at u leads to, "" if the item leads
// nowhere or its host is no host. The selector of an HTML item may have the URL, after
// "URL:". Menus do not say which transport to use, so an item on the server of u, which
// has the same host and port, gets the scheme of u, and all others get gopher://.
func (u *URL) Link(it gopherframe.Item) string {
	if it.Type.LeadsNowhere() {
		return ""
	}
	if out, ok := strings.CutPrefix(it.Selector, framing.URLPrefix); ok && it.Type == gopherframe.TypeHTML {
		return out
	}
	if !framing.IsHost(it.Host) {
		return ""
	}
	link := URL{Scheme: "gopher", Host: it.Host, Port: fmt.Sprint(cmp.Or(it.Port, framing.DefaultPort)), Type: it.Type, Selector: it.Selector}
	if strings.EqualFold(link.Host, u.Host) && link.Port == u.Port {
		link.Scheme = u.Scheme
	}
	return link.String()
}

// String returns the URL with everything escaped that needs to be. ParseURL of it returns
// an equal URL, provided u came from ParseURL.
func (u *URL) String() string {
	host := u.Host
	if u.Port != defaultPort {
		host = net.JoinHostPort(u.Host, u.Port)
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	path := string([]byte{byte(u.Type)}) + u.Selector
	if u.Query != "" {
		path += "\t" + u.Query
	}
	site := url.URL{Scheme: u.Scheme, Host: host} // its String escapes the zone of an address
	return site.String() + "/" + strings.ReplaceAll(url.PathEscape(path), "%2F", "/")
}
