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
	"gopherframe/internal/framing"
	"gopherframe/internal/harmless"
)

// HTTPCourtesy answers HTTP requests, such as "GET /x HTTP/1.1" from a browser that was
// sent to the Gopher port. The answer is an HTML page, sent by HTTP, with a link to the
// same path in Gopher, as a menu. The listener reads and drops the header and body that
// follow the request line.
//
// Only a whole HTTP request line counts: a known method, one target, "HTTP/" with two
// digits, and no TAB. A search for "hi HTTP/1.1" does not, since it has a TAB before the
// words.
//
// The page links to Host and Port of the Request. Of the target it has only the path,
// percent-encoded and escaped for HTML; a path that no selector can have becomes the root.
// The header is never looked at. The status is 400, so that no program takes the page for
// the app's. HTTPCourtesy belongs on the Router at the top, anywhere among the middleware.
// It allocates nothing for other requests.
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

// httpMethods has the methods of RFC 9110 section 9, and PATCH (RFC 5789).
var httpMethods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

// cutHTTP returns the method and the target of an HTTP request line, RFC 9112 section 3. ok
// is false if q is not one.
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

// gopherURL returns the Gopher URL, RFC 4266, for the target of an HTTP request.
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
	if q.Port != framing.DefaultPort {
		u.Host += ":" + strconv.Itoa(q.Port)
	}
	return u.String()
}
