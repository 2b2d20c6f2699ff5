package middleware

import (
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopherframe"
	"gopherframe/internal/harmless"
)

// HTTPCourtesy answers a browser that speaks HTTP to the Gopher port, with
// "GET /x HTTP/1.1", in HTTP: a page that leads to the same path in Gopher, as a
// menu. What follows the request line, header and body, the listener reads and
// drops.
//
// Only a line that is all of that is taken for HTTP: a known method, one target,
// HTTP/ and two digits, no TAB. A search for "hi HTTP/1.1" has a TAB before it.
//
// Trust: Host and Port of the Request are where the page leads; of the target it
// believes the path only, which is percent-encoded and escaped. A header of the
// client is never looked at. Failure: the status is 400, so that nothing takes
// the page for the app's; a path that fits into no selector becomes the root.
// Order: anywhere, but of the Router at the top. It allocates nothing for other
// requests.
func HTTPCourtesy(next gopherframe.Handler) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		method, target, ok := cutHTTP(q)
		if !ok {
			return next(q)
		}
		page := fmt.Sprintf(courtesyPage, html.EscapeString(gopherURL(q, target)))
		head := fmt.Sprintf("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", len(page))
		if method == "HEAD" {
			page = ""
		}
		return gopherframe.Binary(head + page)
	}
}

const courtesyPage = `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>This is Gopher</title></head>
<body><p>This server speaks Gopher, not HTTP. A Gopher client finds the page at</p>
<p><a href="%[1]s">%[1]s</a></p></body></html>
`

// httpMethods are those of RFC 9110 section 9, and PATCH.
var httpMethods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

// cutHTTP takes the request line of HTTP apart, RFC 9112 section 3.
func cutHTTP(q *gopherframe.Request) (method, target string, ok bool) {
	const version = " HTTP/1.1"
	n := len(q.Selector) - len(version)
	if len(q.Extra) > 0 || n < 0 || !isVersion(q.Selector[n:]) {
		return "", "", false
	}
	method, target, ok = strings.Cut(q.Selector[:n], " ")
	return method, target, ok && target != "" && !strings.Contains(target, " ") && slices.Contains(httpMethods, method)
}

// isVersion reports whether s is " HTTP/", a digit, a period and a digit.
func isVersion(s string) bool {
	digits, ok := strings.CutPrefix(s, " HTTP/")
	return ok && isDigit(digits[0]) && digits[1] == '.' && isDigit(digits[2])
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// gopherURL returns where the target is in Gopher, RFC 4266.
func gopherURL(q *gopherframe.Request, target string) string {
	path := ""
	if u, err := url.ParseRequestURI(target); err == nil && strings.HasPrefix(u.Path, "/") && !strings.ContainsFunc(u.Path, unicode.IsControl) {
		path = u.Path
	}
	u := url.URL{Scheme: "gopher", Host: harmless.Line(q.Host), Path: "/1" + path}
	if q.Transport == "tls" {
		u.Scheme = "gophers"
	}
	if strings.Contains(u.Host, ":") {
		u.Host = "[" + u.Host + "]" // an IPv6 address
	}
	if q.Port != 70 {
		u.Host += ":" + strconv.Itoa(q.Port)
	}
	return u.String()
}
