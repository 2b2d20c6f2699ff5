// Package web serves an app to browsers, over HTTP: the very same Handler, whose menus
// become pages.
//
//	err := listen.Run(ctx, r.Respond, &listen.TCP{Addr: ":70"}, &web.Listener{Addr: ":80", Public: "gopher.example:70"})
//
// docs/web.md says what a page has for each type of item, and what the paths mean.
package web

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"gopherframe"
	"gopherframe/internal/framing"
)

// A Config says how an app looks in browsers. The zero Config works.
type Config struct {
	// Public is the "host:port" at which the app speaks Gopher. Items of that host and port
	// are pages of this site, and every page names its gopher:// address. Empty: pages name
	// none, and the app finds the address that the client reached in its requests.
	Public string
	// Prefix is the beginning of all paths, such as "/gopher", where the app is only a part
	// of a site. It has no slash at its end.
	Prefix string
	// Proxy leads to items of other hosts: a URL with a "?" in it is followed by the
	// escaped gopher:// URL of the item, any other, which ends in a slash, by that URL without
	// "gopher://". Empty: such items are gopher:// links.
	Proxy   string
	Theme   *Theme       // nil: the one of this package
	MaxLine int          // bytes of selector, TAB and query; 0: 2048, negative: no limit
	Log     *slog.Logger // nil: slog.Default()
}

// A site is a Config in use. It is the http.Handler.
type site struct {
	Config
	handler gopherframe.Handler
	theme   *Theme
	host    string // of Public
	port    int
	stall   time.Duration // that a write may take, for HTTP/2; 0: no limit
	kept    *keptPages
}

// Handler returns an http.Handler that answers GET and HEAD with what h answers. Mount it in
// any server; [Listener] has one with limits for the open internet. It panics if h is nil
// or with the error of [Config.Check].
func Handler(h gopherframe.Handler, c Config) http.Handler {
	s, err := newSite(h, c)
	if err != nil {
		panic(err.Error())
	}
	return s
}

func newSite(h gopherframe.Handler, c Config) (*site, error) {
	if h == nil {
		return nil, errors.New("web: there is no handler")
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	s := &site{Config: c, handler: h, theme: c.Theme, kept: newKeptPages()}
	if s.theme == nil {
		s.theme = builtIn()
	}
	if c.Public != "" {
		s.host, s.port, _ = parseHost(c.Public)
	}
	return s, nil
}

// Check returns an error if Public, Prefix or Proxy is malformed.
func (c Config) Check() error {
	if c.Public != "" {
		if _, _, err := parseHost(c.Public); err != nil {
			return err
		}
	}
	if c.Proxy != "" {
		proxy, err := url.Parse(c.Proxy)
		if err != nil || proxy.Host == "" || proxy.Scheme != "http" && proxy.Scheme != "https" || proxy.User != nil ||
			strings.Contains(c.Proxy, "#") || !strings.Contains(c.Proxy, "?") && !strings.HasSuffix(c.Proxy, "/") {
			return fmt.Errorf("web: proxy %q: write the beginning of its URLs, with a slash or a query at its end, as https://host/ or https://host/?url=", c.Proxy)
		}
	}
	if p := c.Prefix; p != "" && (p[0] != '/' || strings.HasSuffix(p, "/") || strings.HasPrefix(p, "//") || (&url.URL{Path: p}).EscapedPath() != p) {
		return fmt.Errorf("web: prefix %q: write it as /gopher, without a slash at its end", p)
	}
	return nil
}

// ServeHTTP answers one request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(s, w, r)
	defer x.close()
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), s.Prefix)
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", allowed)
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		x.given.Set("Allow", allowed)
		x.refuse(http.StatusMethodNotAllowed, methodText)
	case !ok || path != "" && path[0] != '/':
		x.refuse(http.StatusNotFound, notFoundText)
	default:
		if name, ok := assetName(path); ok {
			x.asset(name)
			return
		}
		x.find(path)
	}
}

const allowed = "GET, HEAD, OPTIONS"

// find answers for a path of the app.
func (x *exchange) find(path string) {
	var typed bool
	var err error
	x.place, typed, err = parsePath(path)
	if err != nil || strings.ContainsAny(x.selector, framing.Forbidden) {
		x.refuse(http.StatusBadRequest, gopherframe.BadSelectorText)
		return
	}
	if err := x.takeBody(); err != nil {
		x.refuse(http.StatusRequestEntityTooLarge, "Too much content in the request.")
		return
	}
	if err := x.readQuery(); err != nil {
		x.refuse(http.StatusBadRequest, "Bad query.")
		return
	}
	switch {
	case !typed && (x.selector == "robots.txt" || x.selector == "caps.txt"):
		x.raw = true // programs read these, where they are on every site
	case !typed:
		to := x.location()
		if x.isPart() {
			to = x.with("raw")
		}
		x.Header().Set("Location", to)
		x.writeHeader(http.StatusFound)
		return
	case x.typ == gopherframe.TypeSearch && !x.asked:
		x.searchPage()
		return
	}
	x.serve()
}

// readQuery reads the parameters: q is the query of a search, feed=atom asks for a feed, and
// raw for the content without a page around it.
func (x *exchange) readQuery() error {
	values, err := url.ParseQuery(x.r.URL.RawQuery)
	x.asked, x.query = values.Has("q"), framing.Field(values.Get("q"))
	x.raw = values.Has("raw")
	x.feed = values.Get("feed") == "atom"
	return err
}

// logNoRequest logs why the app was not asked: its own log has nothing of the exchange.
func (x *exchange) logNoRequest(reason string) {
	const most = 200 // bytes of a path in the log
	info, path := x.info(), x.r.URL.EscapedPath()
	info.Log.Info("gopherframe: no request", "remote", info.Remote, "path", path[:min(len(path), most)], "error", reason)
}

// serve makes the exchange: the request line is what a Gopher client would send.
func (x *exchange) serve() {
	line := x.selector
	if x.asked {
		line += "\t" + x.query
	}
	x.line = strings.NewReader(line + framing.LineEnd)
	info := x.info()
	info.Encode = x.encode
	_, err := gopherframe.Serve(x.r.Context(), x, x.site.handler, info)
	var failed *gopherframe.Error
	switch {
	case err == nil:
	case errors.As(err, &failed) && failed.Text == gopherframe.LineTooLongText:
		x.logNoRequest(err.Error())
	default:
		info.Log.Debug("gopherframe: answer not sent whole", "remote", info.Remote, "error", err.Error())
	}
	if errors.Is(err, gopherframe.ErrCut) {
		panic(http.ErrAbortHandler) // so that the browser does not take it for whole
	}
}

// infoKey is the key of the Info that a Listener has of a connection.
type infoKey struct{}

// info returns what is known of the connection: from the Listener, or else from the request.
func (x *exchange) info() gopherframe.Info {
	s, r := x.site, x.r
	info, ok := r.Context().Value(infoKey{}).(gopherframe.Info)
	if !ok {
		info = gopherframe.Info{Transport: "http", MaxLine: s.MaxLine}
		if remote, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			info.Remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
		}
		if r.TLS != nil {
			info.ServerName = r.TLS.ServerName
		}
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
			info.Host, info.Port = local.AddrPort().Addr().Unmap().WithZone("").String(), local.Port
		}
	}
	if s.Public != "" {
		info.Host, info.Port = s.host, s.port
	}
	// Also over TLS: one connection of HTTP/2 may carry requests for all names of a certificate.
	info.ServerName = cmp.Or(hostName(r.Host), info.ServerName)
	info.Log = cmp.Or(s.Log, slog.Default())
	return info
}

// hostName returns the name in a Host header, without the port. It is "" for an address.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if net.ParseIP(strings.Trim(host, "[]")) != nil {
		return ""
	}
	return strings.TrimSuffix(host, ".")
}
