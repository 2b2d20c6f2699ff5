package web

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
)

// A place is what a path of the web leads to: an item type, as in gopher URLs, and a
// selector. The path is "/", the type, "/", and the selector, percent-encoded byte for byte.
type place struct {
	typ      gopherframe.ItemType
	selector string
}

// root is the place of the path "/".
var root = place{typ: gopherframe.TypeMenu}

// parsePath returns the place of an escaped path. If the path has no type, typed is false
// and the place has one that the name suggests. The error is that of percent-encoding.
func parsePath(escaped string) (p place, typed bool, err error) {
	rest := strings.TrimPrefix(escaped, "/")
	if rest == "" {
		return root, true, nil
	}
	width := 1
	if rest[0] == '%' {
		width = min(len("%2F"), len(rest))
	}
	first, err := url.PathUnescape(rest[:width])
	if err != nil {
		return p, false, err
	}
	selector, ok := cutSlash(rest[width:])
	if !ok {
		selector = rest
	}
	if p.selector, err = url.PathUnescape(selector); err != nil {
		return p, false, err
	}
	if p.typ = gopherframe.ItemType(first[0]); !ok {
		p.typ = guess(p.selector)
	}
	return p, ok, nil
}

// cutSlash removes the slash behind the type. At the end of a path there need be none.
func cutSlash(s string) (rest string, ok bool) {
	for _, slash := range []string{"/", "%2F", "%2f"} {
		if rest, ok = strings.CutPrefix(s, slash); ok {
			return rest, true
		}
	}
	return s, s == ""
}

// guess returns the type that a name suggests, a menu if it suggests none: a page shows
// whatever the app answers with, so a wrong guess does no harm.
func guess(selector string) gopherframe.ItemType {
	if typ := filetype.ByName(selector); typ != 0 {
		return gopherframe.ItemType(typ)
	}
	return gopherframe.TypeMenu
}

// isPart reports whether HTML pages have as a part what the name suggests that p is: a picture,
// a sound or a stylesheet. A page around it would be of no use to them.
func (p place) isPart() bool {
	return isPicture(p.typ) || p.typ == gopherframe.TypeSound || byExtension(p.selector) == mimeCSS
}

// path returns the escaped path of p. Browsers remove the elements "." and ".." of a path,
// so the slashes beside them are escaped: then they are parts of a longer element. Of two
// adjacent slashes the second is escaped, since an http.ServeMux and other servers in front
// make one of them. A path never begins with two slashes, which would be another host.
func (p place) path() string {
	if p == root {
		return "/"
	}
	var b strings.Builder
	b.WriteByte('/')
	escape(&b, string([]byte{wireType(p.typ)}), typeBytes)
	escapePath(&b, "/"+p.selector)
	return b.String()
}

// escapePath writes the elements of a path.
func escapePath(b *strings.Builder, path string) {
	before := ""
	for i, element := range strings.Split(path, "/") {
		switch {
		case i == 0:
		case i > 1 && before == "" || isDots(before) || isDots(element):
			b.WriteString("%2F")
		default:
			b.WriteByte('/')
		}
		escape(b, element, pathBytes)
		before = element
	}
}

func isDots(element string) bool { return element == "." || element == ".." }

// wireType returns the type as it is sent over Gopher: SPACE for what would break a line.
func wireType(typ gopherframe.ItemType) byte {
	if strings.IndexByte(framing.Forbidden+framing.Final, byte(typ)) >= 0 {
		return ' '
	}
	return byte(typ)
}

const (
	letters   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	typeBytes = letters + "+-_" // that stand for themselves in the first element
	pathBytes = letters + "-._~!*(),:;@="
)

// escape writes s with all bytes percent-encoded that are not among the literal ones.
func escape(b *strings.Builder, s, literal string) {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; strings.IndexByte(literal, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
}

// escaped returns s percent-encoded for the value of a query.
func escaped(s string) string {
	var b strings.Builder
	escape(&b, s, letters+"-._~")
	return b.String()
}

// gopherURL returns the URL of an item or page, RFC 4266: the type and the selector of p,
// and the query of a search, at a host and port. It is "" if the host is no host.
func gopherURL(host string, port int, p place, query string) string {
	if !framing.IsHost(host) {
		return ""
	}
	var b strings.Builder
	b.WriteString("gopher://")
	site := host
	if strings.Contains(host, ":") {
		site = "[" + host + "]"
	}
	if port != framing.DefaultPort {
		site = net.JoinHostPort(host, strconv.Itoa(framing.Port(port)))
	}
	escape(&b, site, pathBytes+"[]")
	b.WriteByte('/')
	if p != root || query != "" {
		escape(&b, string([]byte{wireType(p.typ)}), typeBytes)
		escapePath(&b, p.selector)
	}
	if query != "" {
		escape(&b, "\t"+query, pathBytes)
	}
	return b.String()
}

// parseHost parses "host:port".
func parseHost(text string) (host string, port int, err error) {
	host, number, err := net.SplitHostPort(text)
	if err == nil && framing.IsHost(host) {
		if n, err := strconv.ParseUint(number, 10, 16); err == nil && n > 0 {
			return host, int(n), nil
		}
	}
	return "", 0, fmt.Errorf("web: public address %q: write host:port, with the port as a number", text)
}
